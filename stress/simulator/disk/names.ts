// Which names files have: what looking shows, and what is on the disk, which a folder's sync brings together.

import { dirname } from 'node:path'
import { Inode, type Unit } from './inode.ts'

type Table = Map<string, Inode>

/** A name that goes, one that comes, or both at once. */
interface Change {
  readonly order: number
  readonly folder: string
  readonly goes?: string
  readonly comes?: readonly [path: string, inode: Inode]
}

export class Names {
  readonly #shown: Table
  readonly #durable: Table
  #changes: readonly Change[] = []
  #order = 0

  constructor(shown: Table = new Map(), durable: Table = new Map()) {
    this.#shown = shown
    this.#durable = durable
  }

  get(path: string): Inode | undefined {
    return this.#shown.get(path)
  }

  /** The file that has this name on the disk. */
  durable(path: string): Inode | undefined {
    return this.#durable.get(path)
  }

  /** Sorted. */
  paths(): string[] {
    return [...this.#shown.keys()].sort()
  }

  durablePaths(): string[] {
    return [...this.#durable.keys()]
  }

  /** The number of the last change. */
  get order(): number {
    return this.#order
  }

  /** Sorted. */
  pathsIn(folder: string): string[] {
    return [...this.#shown.keys()].filter((path) => dirname(path) === folder).sort()
  }

  create(path: string): Inode {
    const inode = new Inode(path)
    this.#change(path, { comes: [path, inode] })
    return inode
  }

  /** False if nothing has that name. */
  rename(from: string, to: string): boolean {
    const inode = this.#shown.get(from)
    if (inode === undefined) return false
    this.#change(to, { goes: from, comes: [to, inode] })
    inode.path = to
    return true
  }

  remove(path: string): void {
    if (this.#shown.has(path)) this.#change(path, { goes: path })
  }

  /** The changes up to that number are on the disk. */
  sync(folder: string, through: number): void {
    const isSynced = (change: Change) => change.folder === folder && change.order <= through
    for (const change of this.#changes) if (isSynced(change)) apply(change, this.#durable)
    this.#changes = this.#changes.filter((change) => !isSynced(change))
  }

  units(): Unit[] {
    return this.#changes.map((change) => () => apply(change, this.#durable))
  }

  /** Every file that has a name, or has one on the disk. */
  inodes(): ReadonlySet<Inode> {
    return new Set([...this.#shown.values(), ...this.#durable.values()])
  }

  /** After a power cut: what is on the disk is all there is. */
  restart(): void {
    this.#changes = []
    this.#shown.clear()
    for (const [path, inode] of this.#durable) {
      inode.path = path
      this.#shown.set(path, inode)
    }
  }

  clone(): Names {
    const copies = new Map([...this.inodes()].map((inode) => [inode, inode.clone()]))
    const copyOf = (inode: Inode) => copies.get(inode) ?? inode.clone()
    const table = (from: Table) => new Map([...from].map(([path, inode]) => [path, copyOf(inode)] as const))
    const names = new Names(table(this.#shown), table(this.#durable))
    names.#changes = this.#changes.map(({ comes, ...change }) => {
      return comes === undefined ? change : { ...change, comes: [comes[0], copyOf(comes[1])] }
    })
    names.#order = this.#order
    return names
  }

  #change(path: string, change: Pick<Change, 'goes' | 'comes'>): void {
    this.#order += 1
    const numbered = { ...change, order: this.#order, folder: dirname(path) }
    apply(numbered, this.#shown)
    this.#changes = [...this.#changes, numbered]
  }
}

function apply({ goes, comes }: Change, table: Table): void {
  if (goes !== undefined) table.delete(goes)
  if (comes !== undefined) table.set(...comes)
}
