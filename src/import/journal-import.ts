// Takes a whole journal from outside into an empty ledger: checked line by line while it comes, then all of it or nothing.

import { isUtf8 } from 'node:buffer'
import type { Clock, Ledger } from '../../actors/node.ts'
import type { Head } from '../../actors/state-storage/messages.ts'
import { ClockBehind } from '../operations/clock.ts'
import { isProblem, type Problem } from '../public-api/answer/problem.ts'
import { notOpen } from '../public-api/desk.ts'
import type { ImportedHead } from '../public-api/journal/journal-door.ts'
import { type Line, tooLong } from '../public-api/request/ndjson.ts'
import { LineCheck, LineFault } from './line-check.ts'
import type { RunningLedger } from './running-ledger.ts'
import type { Stage } from './stage.ts'
import { ImportTooLarge } from './staged-journal.ts'

export interface JournalImportOptions {
  readonly ledger: Pick<RunningLedger, keyof Ledger | 'reopen'>
  readonly stage: () => Promise<Stage>
  /** A clock that has not started yet: it says whether it may follow the last record. */
  readonly clock: () => Pick<Clock, 'startAfter'>
  readonly log: { info(details: object, message: string): void }
}

export class JournalImport {
  readonly #options: JournalImportOptions
  #isBusy = false

  constructor(options: JournalImportOptions) {
    this.#options = options
  }

  /** Rejects where the lines do, with nothing changed; or after a panic. */
  async take(lines: AsyncIterable<Line>, dryRun: boolean): Promise<ImportedHead | Problem> {
    const refusal = this.#refusal()
    if (refusal !== undefined) return refusal
    this.#isBusy = true
    try {
      return await this.#take(lines, dryRun)
    } catch (error) {
      return problemOf(error)
    } finally {
      this.#isBusy = false
    }
  }

  #refusal(): Problem | undefined {
    if (this.#isBusy) return busy
    const { ledger } = this.#options
    if (ledger.status() !== 'open') return notOpen
    return notEmpty(ledger.head())
  }

  async #take(lines: AsyncIterable<Line>, dryRun: boolean): Promise<ImportedHead | Problem> {
    const stage = await this.#options.stage()
    let isDecided = false
    try {
      const head = await this.#check(lines, stage)
      if (isProblem(head) || dryRun) return head
      this.#options.clock().startAfter(head.time)
      await stage.close()
      if (this.#options.ledger.status() !== 'open') return notOpen
      let refusal: Problem | undefined
      await this.#options.ledger.reopen(async (old) => {
        // Only now, with the ledger closed, is it sure that nothing came in meanwhile.
        refusal = notEmpty(old)
        if (refusal !== undefined) return
        isDecided = true
        await stage.install(head)
      })
      if (refusal === undefined) this.#options.log.info({ seq: head.seq, hash: head.hash }, 'imported a journal')
      return refusal ?? head
    } finally {
      if (!isDecided) await stage.discard()
    }
  }

  async #check(lines: AsyncIterable<Line>, stage: Stage): Promise<Head | Problem> {
    const check = new LineCheck(stage)
    let number = 0
    try {
      for await (const line of lines) {
        number += 1
        if (line === tooLong) throw new LineFault('it is longer than any record of a journal')
        if (!isUtf8(line)) throw new LineFault('it is not UTF-8')
        await check.take(line)
      }
      check.conclude()
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      return { code: 'invalid_json', detail: `Line ${number}: ${error.message}. Nothing was imported.` }
    }
    return check.head
  }
}

const busy: Problem = { code: 'not_ready', detail: 'Another import is under way. Nothing happened.' }

function notEmpty({ seq }: Head): Problem | undefined {
  if (seq === 0) return undefined
  return { code: 'precondition_failed', detail: `An import needs an empty ledger, and this one is at seq ${seq}.` }
}

/** Those errors that say that nothing happened; others are thrown on. */
function problemOf(error: unknown): Problem {
  if (error instanceof ImportTooLarge)
    return { code: 'storage_full', detail: `Nothing was imported: ${error.message}.` }
  if (error instanceof ClockBehind) {
    return { code: 'precondition_failed', detail: `Nothing was imported: ${error.message}.` }
  }
  throw error
}
