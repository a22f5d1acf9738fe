// Saves the map and the id index in the background, so that recovery has to replay only what came after.

import type { Archive } from './archive.ts'
import type { IdIndex } from './id-index.ts'
import type { Seq } from './messages.ts'
import type { StateMap } from './state-map.ts'

export class Checkpoint {
  readonly #archive: Archive
  readonly #map: StateMap
  readonly #index: IdIndex
  /** Transactions between two checkpoints, at least: more make recovery longer, fewer make the archive write more. */
  readonly #every: number
  readonly #failed: (error: unknown) => void
  #since: number
  #running = false

  constructor(
    archive: Archive,
    map: StateMap,
    index: IdIndex,
    every: number,
    since: number,
    failed: (error: unknown) => void,
  ) {
    this.#archive = archive
    this.#map = map
    this.#index = index
    this.#every = every
    this.#since = since
    this.#failed = failed
  }

  /** Begins one if enough has happened since the last. The map already holds all up to `seq`, `count` transactions more. */
  consider(seq: Seq, count: number): void {
    this.#since += count
    // Transactions, not seqs: an atomic batch is one seq of thousands.
    // A large map is not written again for a small change: half as many transactions as it has keys must have come.
    if (this.#running || this.#since < Math.max(this.#every, this.#map.size / 2)) return
    this.#running = true
    const counted = this.#since
    this.#save(seq).then(() => {
      this.#running = false
      this.#since -= counted
    }, this.#failed)
  }

  async #save(seq: Seq): Promise<void> {
    // Taken before anything is awaited: the part then holds exactly the names of what is durable up to `seq`.
    const part = this.#index.takeUnsealed(seq)
    await this.#archive.saveIdPart(part)
    await this.#archive.beginCheckpoint(seq)
    for (const page of this.#map.pages()) await this.#archive.saveCheckpointPage(page)
    await this.#archive.finishCheckpoint()
  }
}
