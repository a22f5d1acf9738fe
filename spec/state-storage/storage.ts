// A StateStorage with doubles for its two ports, whose promises the spec settles by hand.

import sinon from 'sinon'
import type { Archive } from '../../actors/state-storage/archive.ts'
import { IdIndex } from '../../actors/state-storage/id-index.ts'
import type { Journal, JournalEntry } from '../../actors/state-storage/journal.ts'
import type { Head, Transaction, WriteKeys } from '../../actors/state-storage/messages.ts'
import { RecentFacts } from '../../actors/state-storage/recent-facts.ts'
import type { Recovered } from '../../actors/state-storage/recovery.ts'
import { StateMap } from '../../actors/state-storage/state-map.ts'
import { stateStorage } from '../../actors/state-storage/state-storage.ts'
import { aRecipient, genesis, headAt, started } from '../setup/actors.ts'

/** A call of a port that has not come to its end. */
export interface Call<Argument, Result> {
  readonly argument: Argument
  readonly settle: (result: Result) => Promise<void>
  readonly fail: (error: Error) => Promise<void>
}

/** A port's method that settles when the spec says so. */
export function held<Argument, Result>() {
  const calls: Call<Argument, Result>[] = []
  const method = (argument: Argument) =>
    new Promise<Result>((resolve, reject) => {
      const settle = (result: Result) => afterwards(() => resolve(result))
      calls.push({ argument, settle, fail: (error) => afterwards(() => reject(error)) })
    })
  return { calls, method: sinon.fake(method) }
}

/** Lets what waits for a promise go on. */
export async function afterwards(work: () => void = () => {}): Promise<void> {
  work()
  await new Promise<void>((resolve) => setImmediate(resolve))
}

export const weakHash = (id: string): readonly [number, number] => [id.length, 7]

interface Options {
  readonly head?: Head
  readonly archiveLag?: number
  readonly checkpointEvery?: number
  readonly hasSpace?: boolean
  readonly values?: Readonly<Record<string, string>>
}

export function aStateStorage(options: Options = {}) {
  const { head = genesis, archiveLag = 100, checkpointEvery = 1_000, hasSpace = true, values = {} } = options
  const appends = held<JournalEntry, { head: Head; line: string }>()
  const takes = held<readonly string[], void>()
  const finds = held<readonly number[], readonly Transaction[]>()
  const saves = held<unknown, void>()
  const archive = {
    take: takes.method,
    findTransactions: finds.method,
    saveIdPart: saves.method,
    beginCheckpoint: saves.method,
    saveCheckpointPage: saves.method,
    finishCheckpoint: saves.method,
  } as unknown as Archive
  const journal = { append: appends.method, hasSpaceFor: sinon.stub().returns(hasSpace) } as unknown as Journal
  const map = new StateMap()
  map.apply(Object.entries(values))
  const index = new IdIndex(weakHash)
  const facts = new RecentFacts(head.seq)
  const recovered: Recovered = { ledger: 'ledger', head, map, index, facts, sinceCheckpoint: 0, notices: [] }
  const panic = sinon.fake()
  const committed = sinon.fake()
  const limits = { archiveLag, checkpointEvery, recordBytes: 1_000 }
  const storage = started(stateStorage, { journal, archive, recovered, limits, panic, committed })
  return {
    storage,
    appends: appends.calls,
    takes: takes.calls,
    finds: finds.calls,
    saves,
    panic,
    committed,
    map,
    index,
    journal,
  }
}

export function aTransaction(seq: number, ...ids: string[]): Transaction {
  return ids.length === 0 ? { seq, time: seq } : { seq, time: seq, ids }
}

export function writeKeys(
  transactions: readonly Transaction[],
  writes: Readonly<Record<string, string>> = {},
  replyTo = aRecipient(),
  time = 50,
): WriteKeys & { replyTo: { send: sinon.SinonSpy } } {
  return { type: 'WriteKeys', transactions, writes: new Map(Object.entries(writes)), time, replyTo }
}

export function readKeys(keys: readonly string[], ids: readonly string[] = [], replyTo = aRecipient()) {
  return { type: 'ReadKeys', keys, ids, seqs: [], replyTo } as const
}

export function findTransactions(seqs: readonly number[], ids: readonly string[] = [], replyTo = aRecipient()) {
  return { type: 'FindTransactions', seqs, ids, replyTo } as const
}

export function appendedAt(seq: number) {
  return { head: headAt(seq), line: `line ${seq}` }
}
