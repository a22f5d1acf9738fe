// Holds the sealed parts of the id index against the names in the journal: one that is left out could be taken twice.

import fs from 'node:fs'
import path from 'node:path'
import { IdIndex } from '../../../../actors/state-storage/id-index.ts'
import type { Id, Seq } from '../../../../actors/state-storage/messages.ts'
import { idHash } from '../../../archive/id-hash.ts'
import { decodeIdPart } from '../../../archive/id-part-file.ts'
import type { Findings } from '../findings.ts'

export class IdPartsCheck {
  readonly #index: IdIndex
  readonly #folder: string
  readonly #findings: Findings
  #names = 0

  constructor(folder: string, ledger: string, findings: Findings) {
    this.#folder = folder
    this.#findings = findings
    this.#index = new IdIndex(idHash(ledger))
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.ids')) : []
    for (const name of names.sort()) this.#load(name, ledger)
  }

  /** The parts hold every name up to this seq. */
  get through(): Seq {
    return this.#index.sealedThrough
  }

  /** The next name that the journal took. */
  name(name: Id, seq: Seq): void {
    if (seq > this.through) return
    this.#names++
    if (this.#index.candidates(name).includes(seq)) return
    this.#findings.add({ file: this.#folder, seq }, `the id parts do not know the name ${name}`)
  }

  conclude(head: Seq): void {
    const place = { file: this.#folder, seq: this.through }
    if (this.through > head) this.#findings.add(place, `the id parts go to seq ${this.through}, the journal to ${head}`)
    if (this.#index.size > this.#names) {
      this.#findings.add(place, `the id parts hold ${this.#index.size - this.#names} names that nobody took`)
    }
  }

  #load(name: string, ledger: string): void {
    const file = path.join(this.#folder, name)
    const read = decodeIdPart(name, fs.readFileSync(file))
    if (read === undefined) return this.#findings.add({ file }, 'is damaged: its checksum is wrong')
    if (read.ledger !== ledger) return this.#findings.add({ file }, `belongs to the ledger ${read.ledger}`)
    // Behind a gap a part does not count: the server reads those names from the journal.
    if (read.part.after <= this.through) this.#index.load(read.part)
  }
}
