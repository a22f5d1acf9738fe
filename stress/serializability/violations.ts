// What contradicts strict serializability, in words; so many of them, and no more, are kept.

/** `real-time`: order against the clock. `seq`: one seq, one write, none left over. The others say what was told wrong. */
export type Kind = 'real-time' | 'seq' | 'gap' | 'balance' | 'decision' | 'replay' | 'state'

export interface Violation {
  readonly kind: Kind
  readonly message: string
}

const keptAtMost = 100

export class Violations {
  readonly list: Violation[] = []

  demand(holds: boolean, kind: Kind, message: () => string): void {
    if (!holds && this.list.length < keptAtMost) this.list.push({ kind, message: message() })
  }
}
