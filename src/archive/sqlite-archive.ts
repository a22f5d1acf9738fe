// The archive in SQLite: one worker that writes, one that reads, one that reads history; this thread only passes messages.

import { existsSync } from 'node:fs'
import type { Archive, ArchiveOpened, CheckpointPage, IdPart } from '../../actors/state-storage/archive.ts'
import type { Seq, Transaction } from '../../actors/state-storage/messages.ts'
import type { Lock } from '../journal/lock.ts'
import type { AccountBuilder } from './accounts/account-builder.ts'
import { accountsFile } from './accounts/accounts-file.ts'
import { FollowedAccounts } from './accounts/followed-accounts.ts'
import { lockArchive } from './archive-lock.ts'
import { ArchiveHistory } from './history/archive-history.ts'
import type { HistoryReader } from './history/history-reader.ts'
import type { Checkpoint } from './sqlite/checkpoint-rows.ts'
import type { Reader } from './sqlite/reader.ts'
import type { Writer } from './sqlite/writer.ts'
import { type Conversation, WorkerClient } from './worker/worker-client.ts'

export interface Workers {
  readonly writer: Conversation<Writer>
  readonly reader: Conversation<Reader>
  /** Started when history is read for the first time: most runs of a process never do, and a thread takes long to start. */
  readonly startHistorian: () => Conversation<HistoryReader>
  /** The same of the account lists. */
  readonly startAccounts: () => Conversation<AccountBuilder>
}

function startWorkers(folder: string): Workers {
  return {
    writer: new WorkerClient(entry('sqlite/writer-worker'), 'the writer of the archive', folder),
    reader: new WorkerClient(entry('sqlite/reader-worker'), 'the reader of the archive', folder),
    startHistorian: () => new WorkerClient(entry('history/history-worker'), 'the reader of history', folder),
    startAccounts: () => new WorkerClient(entry('accounts/accounts-worker'), 'the builder of account lists', folder),
  }
}

/** The ending is that of this file: `.ts` in the repository, `.js` in dist. */
function entry(name: string): URL {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  return new URL(`./${name}${ending}`, import.meta.url)
}

function later(callback: () => void, milliseconds: number): void {
  setTimeout(callback, milliseconds).unref()
}

const noCheckpoint: Checkpoint = { generation: 0, checkpoint: 0, pages: 0 }

export interface SqliteArchiveOptions {
  readonly start?: (folder: string) => Workers
  readonly gather?: (() => Promise<void>) | undefined
  /** The clock by which the account lists follow. */
  readonly schedule?: (callback: () => void, milliseconds: number) => void
}

export class SqliteArchive implements Archive {
  readonly history = new ArchiveHistory(() => this.#historian())
  readonly accounts: FollowedAccounts
  readonly #folder: string
  readonly #start: (folder: string) => Workers
  readonly #gather: (() => Promise<void>) | undefined
  #workers: Workers | undefined
  #history: Conversation<HistoryReader> | undefined
  #lock: Lock | undefined
  /** What it must hold: told by the commits, because the database's own word for it may be damaged. */
  #held: Seq = 0
  #checkpoint = noCheckpoint

  /**
   * `folder` is made if it is not there. `gather` is waited for before a portion of lines is handed to the writer:
   * meanwhile the next portion grows, and a commit costs the same for one line as for hundreds.
   */
  constructor(folder: string, { start = startWorkers, gather, schedule = later }: SqliteArchiveOptions = {}) {
    this.#folder = folder
    this.#start = start
    this.#gather = gather
    this.accounts = new FollowedAccounts({
      committed: () => this.#held,
      start: () => this.#open().startAccounts(),
      isBegun: () => existsSync(accountsFile(folder)),
      schedule,
    })
  }

  /** Rejects with JournalLocked if another process has it open. */
  async open(): Promise<ArchiveOpened> {
    if (this.#workers !== undefined) throw new Error('the archive is open')
    const lock = lockArchive(this.#folder)
    const workers = this.#start(this.#folder)
    this.#lock = lock
    this.#workers = workers
    try {
      const { seq, hash, notices, ...checkpoint } = await workers.writer.ask('open')
      await workers.reader.ask('open')
      this.#hold(seq)
      this.#checkpoint = checkpoint
      return { head: { seq, hash }, checkpoint: checkpoint.checkpoint, notices }
    } catch (error) {
      await this.#end(workers)
      throw error
    }
  }

  async bind(ledger: string): Promise<void> {
    await this.#open().writer.ask('bind', ledger)
  }

  async take(lines: readonly string[]): Promise<void> {
    if (this.#gather !== undefined) await this.#gather()
    const { seq } = await this.#open().writer.ask('take', lines)
    this.#hold(seq)
  }

  async findTransactions(seqs: readonly Seq[]): Promise<readonly Transaction[]> {
    const held = seqs.filter((seq) => seq >= 1 && seq <= this.#held)
    const bodies = await this.#open().reader.ask('findTransactions', held)
    return bodies.map((body) => JSON.parse(body) as Transaction)
  }

  /** Read before another checkpoint is finished: its pages are then deleted. */
  async *checkpointPages(): AsyncGenerator<CheckpointPage> {
    const { generation, pages } = this.#checkpoint
    for (let page = 0; page < pages; page++) {
      if (generation !== this.#checkpoint.generation) throw new Error('a newer checkpoint was finished meanwhile')
      yield JSON.parse(await this.#open().reader.ask('checkpointPage', generation, page)) as CheckpointPage
    }
  }

  async beginCheckpoint(seq: Seq): Promise<void> {
    await this.#open().writer.ask('beginCheckpoint', seq)
  }

  async saveCheckpointPage(page: CheckpointPage): Promise<void> {
    await this.#open().writer.ask('saveCheckpointPage', JSON.stringify(page))
  }

  async finishCheckpoint(): Promise<void> {
    this.#checkpoint = await this.#open().writer.ask('finishCheckpoint')
  }

  async *idParts(): AsyncGenerator<IdPart> {
    for (const name of await this.#open().writer.ask('idPartNames')) yield await this.#open().writer.ask('idPart', name)
  }

  async saveIdPart(part: IdPart): Promise<void> {
    await this.#open().writer.ask('saveIdPart', part)
  }

  async reset(): Promise<void> {
    const { writer, reader } = this.#open()
    await Promise.all([reader.ask('close'), this.#history?.ask('close'), this.accounts.close()])
    await writer.ask('reset')
    this.#hold(0)
    this.#checkpoint = noCheckpoint
    await reader.ask('open')
  }

  /** Waits for what is under way. Does nothing if it is not open. */
  async close(): Promise<void> {
    const workers = this.#workers
    if (workers === undefined) return
    try {
      // The writer last: only the last connection carries the write-ahead log over.
      await Promise.all([workers.reader.ask('close'), this.#history?.ask('close'), this.accounts.close()])
      await workers.writer.ask('close')
    } finally {
      await this.#end(workers)
    }
  }

  #hold(seq: Seq): void {
    this.#held = seq
    this.history.reach(seq)
    this.accounts.committed()
  }

  #historian(): Conversation<HistoryReader> {
    this.#history ??= this.#open().startHistorian()
    return this.#history
  }

  async #end({ writer, reader }: Workers): Promise<void> {
    const historian = this.#history
    this.#workers = undefined
    this.#history = undefined
    await Promise.all([writer.end(), reader.end(), historian?.end()])
    this.#lock?.release()
    this.#lock = undefined
  }

  #open(): Workers {
    if (this.#workers === undefined) throw new Error('the archive is not open')
    return this.#workers
  }
}
