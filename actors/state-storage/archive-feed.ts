// Hands journal lines to the archive, one portion at a time: what gathered while the last one was being committed.

import type { Archive } from './archive.ts'
import type { Seq } from './messages.ts'

export class ArchiveFeed {
  readonly #archive: Pick<Archive, 'take'>
  readonly #committed: (seq: Seq) => void
  readonly #failed: (error: unknown) => void
  #waiting: string[] = []
  #last: Seq
  #busy = false

  constructor(
    archive: Pick<Archive, 'take'>,
    archived: Seq,
    committed: (seq: Seq) => void,
    failed: (error: unknown) => void,
  ) {
    this.#archive = archive
    this.#last = archived
    this.#committed = committed
    this.#failed = failed
  }

  /** `last` is the last seq in the line. */
  add(line: string, last: Seq): void {
    this.#waiting.push(line)
    this.#last = last
    this.#next()
  }

  #next(): void {
    if (this.#busy || this.#waiting.length === 0) return
    const portion = this.#waiting
    const last = this.#last
    this.#waiting = []
    this.#busy = true
    this.#archive.take(portion).then(() => this.#taken(last), this.#failed)
  }

  #taken(last: Seq): void {
    this.#busy = false
    this.#committed(last)
    this.#next()
  }
}
