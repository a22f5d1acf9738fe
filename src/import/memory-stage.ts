// The stage of the engine that keeps its ledger in memory.

import type { Seq } from '../../actors/state-storage/messages.ts'
import { readSeal } from '../journal/record.ts'
import type { Stage } from './stage.ts'

export class MemoryStage implements Stage {
  readonly #replace: (lines: readonly Buffer[]) => Promise<void>
  #lines: Buffer[] = []
  #firsts: Seq[] = []

  /** `replace` begins the ledger anew with these lines. */
  constructor(replace: (lines: readonly Buffer[]) => Promise<void>) {
    this.#replace = replace
  }

  async add(line: Buffer, first: Seq): Promise<void> {
    this.#lines.push(Buffer.from(line)) // a line is part of a chunk, which would stay with it
    this.#firsts.push(first)
  }

  async lineOf(seq: Seq): Promise<Buffer | undefined> {
    const line = this.#lines[this.#firsts.findLastIndex((first) => first <= seq)]
    const seal = line === undefined ? undefined : readSeal(line)
    return seq > 0 && seal !== undefined && seal.last >= seq ? line : undefined
  }

  async close(): Promise<void> {}

  install(): Promise<void> {
    return this.#replace(this.#lines)
  }

  async discard(): Promise<void> {
    this.#lines = []
    this.#firsts = []
  }
}
