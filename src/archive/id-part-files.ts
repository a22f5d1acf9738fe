// The sealed parts of the id index, as files in one folder. A bad one is put aside, never believed.

import fs from 'node:fs'
import path from 'node:path'
import { ArchiveDamaged, type IdPart } from '../../actors/state-storage/archive.ts'
import { syncFolder, temporarySuffix, writeDurably } from './durable-file.ts'
import { decodeIdPart, encodeIdPart, idPartName } from './id-part-file.ts'

/** A part with fewer entries is written together with the next one, so that files stay few: one for each 65,536 names at most. */
export const fewEntries = 65_536

interface KnownPart {
  readonly name: string
  readonly ledger: string
  readonly after: number
  readonly through: number
  readonly count: number
}

export class IdPartFiles {
  readonly #folder: string
  #parts: readonly KnownPart[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Checks every byte of every part. Returns what it had to put aside, one sentence each. */
  open(): string[] {
    fs.mkdirSync(this.#folder, { recursive: true })
    const names = fs.readdirSync(this.#folder)
    for (const name of names.filter((name) => name.endsWith(temporarySuffix))) fs.rmSync(this.#path(name))
    const notices: string[] = []
    const parts: KnownPart[] = []
    for (const name of names.filter((name) => name.endsWith('.ids')).sort()) {
      const read = decodeIdPart(name, fs.readFileSync(this.#path(name)))
      if (read === undefined) notices.push(this.#putAside(name, 'is damaged'))
      else parts.push(known(read.ledger, read.part))
    }
    this.#parts = parts
    for (const part of parts) this.#removeContained(part)
    return notices
  }

  /** Parts of other ledgers hold other hashes: they are put aside. */
  bind(ledger: string): string[] {
    const foreign = this.#parts.filter((part) => part.ledger !== ledger)
    this.#parts = this.#parts.filter((part) => part.ledger === ledger)
    return foreign.map(({ name, ledger: other }) => this.#putAside(name, `belongs to ledger ${other}`))
  }

  /** In order of seq. */
  get names(): readonly string[] {
    return this.#parts.map(({ name }) => name)
  }

  /** Throws ArchiveDamaged if the file has changed since it was checked. */
  load(name: string): IdPart {
    const read = decodeIdPart(name, fs.readFileSync(this.#path(name)))
    if (read === undefined) throw new ArchiveDamaged(`the id part ${name} fails its checksum`)
    return read.part
  }

  save(ledger: string, part: IdPart): void {
    if (part.after === part.through) return
    const whole = this.#withLast(part)
    const saved = known(ledger, whole)
    writeDurably(this.#path(saved.name), encodeIdPart(ledger, whole))
    this.#parts = [...this.#parts.filter(({ name }) => name !== saved.name), saved].sort(byName)
    // Only now: a crash in between leaves a name twice, never not at all.
    this.#removeContained(saved)
  }

  #withLast(part: IdPart): IdPart {
    const last = this.#parts.find(({ through }) => through === part.after)
    if (last === undefined || last.count >= fewEntries) return part
    const { after, entries } = this.load(last.name)
    const together = new Uint32Array(entries.length + part.entries.length)
    together.set(entries)
    together.set(part.entries, entries.length)
    return { after, through: part.through, entries: together }
  }

  #removeContained(outer: KnownPart): void {
    const isInside = ({ name, ledger, after, through }: KnownPart) =>
      name !== outer.name && ledger === outer.ledger && after >= outer.after && through <= outer.through
    for (const { name } of this.#parts.filter(isInside)) fs.rmSync(this.#path(name))
    this.#parts = this.#parts.filter((part) => !isInside(part))
  }

  #putAside(name: string, reason: string): string {
    fs.renameSync(this.#path(name), `${this.#path(name)}.damaged`)
    syncFolder(this.#folder)
    return `the id part ${name} ${reason} and was put aside; its names are read from the journal again`
  }

  #path(name: string): string {
    return path.join(this.#folder, name)
  }
}

function known(ledger: string, part: IdPart): KnownPart {
  const { after, through, entries } = part
  return { name: idPartName(part), ledger, after, through, count: entries.length / 4 }
}

function byName(one: KnownPart, other: KnownPart): number {
  return one.name < other.name ? -1 : 1
}
