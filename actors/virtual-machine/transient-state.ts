// The state and the past as a batch sees them while it runs: what storage told, overlaid by the transactions before.

import { assert } from '../assert.ts'
import type { Id, Key, Transaction, Value, Writes } from '../state-storage/messages.ts'
import type { ReadWriteState } from './processor.ts'

export interface Asked {
  readonly keys: ReadonlySet<Key>
  readonly ids: ReadonlySet<Id>
}

export class TransientState implements ReadWriteState {
  readonly #asked: Asked
  readonly #stored: ReadonlyMap<Key, Value>
  readonly #taken: Map<Id, Transaction>
  readonly #kept = new Map<Key, Value>()
  readonly #running = new Map<Key, Value>()

  /** `asked` is what storage was asked for: a key without a value was never written, a name without a fact never taken. */
  constructor(asked: Asked, stored: ReadonlyMap<Key, Value>, facts: ReadonlyMap<Id, Transaction>) {
    this.#asked = asked
    this.#stored = stored
    this.#taken = new Map(facts)
  }

  read(key: Key): Value | undefined {
    const written = this.#running.get(key) ?? this.#kept.get(key)
    // Without this a key that nobody asked for would read as "never written": money out of nowhere.
    assert(written !== undefined || this.#asked.keys.has(key), `the key ${key} was read, but not asked for`)
    return written ?? this.#stored.get(key)
  }

  fact(name: Id): Transaction | undefined {
    const fact = this.#taken.get(name)
    // Without this an id that nobody asked for would read as "never taken", and its transfer would happen again.
    assert(fact !== undefined || this.#asked.ids.has(name), `the name ${name} was looked up, but not asked for`)
    return fact
  }

  write(key: Key, value: Value): void {
    this.#running.set(key, value)
  }

  /** The running transaction counts, with the names that its facts take: those after it see what it left. */
  keep(facts: readonly Transaction[]): void {
    for (const [key, value] of this.#running) this.#kept.set(key, value)
    this.#running.clear()
    for (const fact of facts) for (const id of fact.ids ?? []) this.#taken.set(id, fact)
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
