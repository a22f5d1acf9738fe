// The state as a batch sees it while it runs: what storage told, overlaid by the writes of the transactions before.

import { assert } from '../assert.ts'
import type { Key, Value, Writes } from '../state-storage/messages.ts'
import type { ReadWriteState } from './processor.ts'

export class TransientState implements ReadWriteState {
  readonly #asked: ReadonlySet<Key>
  readonly #stored: ReadonlyMap<Key, Value>
  readonly #kept = new Map<Key, Value>()
  readonly #running = new Map<Key, Value>()

  /** `asked` are the keys that storage was asked for; those without a value were never written. */
  constructor(asked: ReadonlySet<Key>, stored: ReadonlyMap<Key, Value>) {
    this.#asked = asked
    this.#stored = stored
  }

  read(key: Key): Value | undefined {
    // Without this a key that nobody asked for would read as "never written": money out of nowhere.
    assert(this.#asked.has(key), `the key ${key} was read, but not asked for`)
    return this.#running.get(key) ?? this.#kept.get(key) ?? this.#stored.get(key)
  }

  write(key: Key, value: Value): void {
    assert(this.#asked.has(key), `the key ${key} was written, but not asked for`)
    this.#running.set(key, value)
  }

  /** The running transaction counts: those after it see its writes. */
  keep(): void {
    for (const [key, value] of this.#running) this.#kept.set(key, value)
    this.#running.clear()
  }

  /** The running transaction never was. */
  drop(): void {
    this.#running.clear()
  }

  /** The last value of each key that the batch wrote. */
  writes(): Writes {
    return this.#kept
  }
}
