// A whole node in memory, as node specs use it.

import type { Observer } from '../../actors/address.ts'
import { Node, type NodePorts } from '../../actors/node.ts'
import { idHash } from '../../src/archive/id-hash.ts'
import { MemoryArchive } from '../../src/archive/memory-archive.ts'
import { MemoryJournal } from '../../src/journal/memory-journal.ts'

export interface NodeOptions extends Partial<Omit<NodePorts, 'observer'>> {
  readonly observer?: Observer
}

export const limits = {
  queuedRequests: 1_000,
  queuedBytes: 1e9,
  batchRequests: 1_000,
  batchBytes: 1e9,
  archiveLag: 1_000,
  checkpointEvery: 1_000,
  recordBytes: 1e6,
}

export function aNode(options: NodeOptions = {}) {
  const journal = new MemoryJournal({ now: () => 0 })
  const archive = new MemoryArchive()
  let now = 1_000
  const startAfter = (time: number) => {
    now = Math.max(now, time)
  }
  const clock = { startAfter, now: () => now, wakeAt: () => {} }
  const node = new Node({
    journal,
    archive,
    idHash,
    clock,
    limits,
    progress: () => {},
    gather: (begin) => begin(),
    ...options,
  })
  return { node, journal, archive }
}

/** Asks the ledger, and waits for the answer. */
export function ask<Answer>(send: (replyTo: { send(answer: Answer): void }) => void): Promise<Answer> {
  return new Promise((resolve) => send({ send: resolve }))
}
