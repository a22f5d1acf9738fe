// Many connections that ask at once, piece by piece of the history; each piece is recorded and then checked.

import { setTimeout as wait } from 'node:timers/promises'
import { headRead } from '../../checks/answers.ts'
import type { Findings } from '../../checks/findings.ts'
import { requestOf } from '../../commands/requests.ts'
import type { Progress } from '../../harness/progress.ts'
import { randomFrom, wholeNumber } from '../../harness/random.ts'
import { Checker, checkRecorded } from '../checker.ts'
import { type Asked, isFailure, isRead, operationsIn, type Told } from '../history.ts'
import { Recorder } from '../recorder.ts'
import { Draws } from './draw-asked.ts'
import { AnswerLost, type ServerHouse } from './server-house.ts'

export interface SessionOptions {
  /** That are answered, at least. */
  readonly operations: number
  readonly connections: number
  /** Connections beside those, that send large batches. */
  readonly batchers: number
  readonly accounts: number
  readonly kills: number
  readonly reads: number
  readonly seed: number
}

/** So many operations are kept until they are checked: some 100 MB. */
const pieceSize = 50_000
/** The first piece has no large batches: singles meet each other alone, and half of all kills come there. */
const singlesPiece = 20_000
const openAccounts = 200
const retryAfter_ms = 20
const mostRetries = 10_000
const assets = ['UNIT', 'USD/2']

export class Session {
  readonly #house: ServerHouse
  readonly #options: SessionOptions
  readonly #findings: Findings
  readonly #progress: Progress
  readonly #recorder = new Recorder()
  readonly #checker = new Checker()
  readonly #limited: readonly string[]
  readonly #open: readonly string[]
  readonly #revisions = new Map<string, number>()
  readonly #moments: number[]
  #answered = 0
  #outage: Promise<void> = Promise.resolve()
  readonly counts = {
    operations: 0,
    calls: 0,
    batches: 0,
    lost: 0,
    replayed: 0,
    refused: 0,
    read: 0,
    checking_ms: 0,
    asking_ms: 0,
  }

  constructor(house: ServerHouse, options: SessionOptions, findings: Findings, progress: Progress) {
    this.#house = house
    this.#options = options
    this.#findings = findings
    this.#progress = progress
    const { seed, kills, operations, accounts } = options
    const random = randomFrom(seed)
    this.#limited = Array.from({ length: accounts }, (_, index) => `users:${index}`)
    this.#open = Array.from({ length: openAccounts }, (_, index) => `open:${index}`)
    const reach = (kill: number) => (kill % 2 === 0 ? Math.min(singlesPiece, operations) : operations)
    const moments = Array.from({ length: kills }, (_, kill) => wholeNumber(random, 1, reach(kill)))
    this.#moments = moments.sort((one, other) => one - other)
  }

  /** Stops at the first piece that contradicts itself. */
  async play(): Promise<void> {
    const { operations } = this.#options
    for (let piece = 0; this.#answered < operations && this.#findings.count === 0; piece++) await this.#piece(piece)
    await this.#readAll()
  }

  /** A short history has two pieces, too: one of each climate. */
  async #piece(piece: number): Promise<void> {
    const { connections, batchers, operations, seed, reads } = this.#options
    const isOfSingles = piece === 0
    const places = { open: this.#open, limited: this.#limited, prefix: `p${piece}:` }
    const shares = { reads, sharedWithBatches: isOfSingles ? 0 : 0.4 }
    const draws = new Draws(randomFrom(seed * 65_537 + piece), places, shares, this.#revisions)
    const size = Math.min(isOfSingles ? singlesPiece : pieceSize, Math.ceil(operations / 2))
    const end = Math.min(operations, this.#answered + size)
    await this.#together(connections + (isOfSingles ? 0 : batchers), async (connection) => {
      while (this.#answered < end) {
        this.#killIfDue()
        await this.#ask(connection, connection < connections ? draws.next() : draws.nextBatch(), draws)
      }
    })
    await this.#outage
    this.#check()
  }

  /** Every balance, as the last of the history; and the journal's head is the last seq. */
  async #readAll(): Promise<void> {
    const accounts = [...this.#limited, ...this.#open]
    const names = accounts.flatMap((account) => assets.map((asset) => ({ account, asset }) as const)).values()
    await this.#together(this.#options.connections, async (connection) => {
      for (const { account, asset } of names) await this.#ask(connection, { kind: 'account', account, asset })
    })
    this.#check()
    const head = headRead(await this.#house.send(0, 'GET', '/v1/journal/head', {}, null))
    const { head: told } = this.#checker
    this.#findings.demand(head === told, () => `the journal's head is ${head}, but no answer told more than ${told}`)
  }

  /** Until it is answered: a lost answer is asked for again, under the same key. Settings have none: those are left. */
  async #ask(connection: number, asked: Asked, draws?: Draws): Promise<void> {
    for (let retries = 0; retries < mostRetries; retries++) {
      try {
        this.counts.calls++
        const { told } = await this.#recorder.call(connection, asked, () => this.#send(connection, asked))
        if (!isFailure(told)) {
          draws?.learn(asked, told)
          return this.#count(asked, told)
        }
        await wait(retryAfter_ms)
      } catch (error) {
        if (!(error instanceof AnswerLost)) throw error
        this.counts.lost++
        if (asked.kind === 'settings') return
      }
    }
    throw new Error(`no answer after ${mostRetries} times: ${JSON.stringify(asked)}`)
  }

  #count(asked: Asked, told: Told): void {
    const { counts } = this
    const operations = operationsIn({ asked, told })
    this.#answered += operations
    this.#progress.step(operations)
    if (told.replayed) counts.replayed++
    if (told.status >= 400) counts.refused++
    if (isRead(asked)) counts.read++
    if (asked.kind === 'batch') counts.batches++
  }

  #send(connection: number, asked: Asked) {
    if (!isRead(asked)) {
      const { method, path, headers, body } = requestOf(asked)
      return this.#house.send(connection, method, path, headers, body)
    }
    return this.#house.send(connection, 'GET', pathOf(asked), {}, null)
  }

  #killIfDue(): void {
    while (this.#moments[0] !== undefined && this.#moments[0] <= this.#answered) {
      this.#moments.shift()
      this.#outage = this.#outage.then(() => this.#house.killAndStart())
    }
  }

  #check(): void {
    const begin = performance.now()
    this.counts.operations += checkRecorded(this.#recorder, this.#findings, this.#checker)
    this.counts.checking_ms += performance.now() - begin
  }

  async #together(connections: number, work: (connection: number) => Promise<void>): Promise<void> {
    const begin = performance.now()
    await Promise.all(Array.from({ length: connections }, (_, connection) => work(connection)))
    this.counts.asking_ms += performance.now() - begin
  }
}

function pathOf(asked: Extract<Asked, { kind: 'balance' | 'account' | 'look-up' }>): string {
  if (asked.kind === 'look-up') return `/v1/transfers/${asked.transfer}`
  if (asked.kind === 'account') return `/v1/accounts/${asked.account}?asset=${encodeURIComponent(asked.asset)}`
  const [account = '', asset = ''] = asked.name.split(' ')
  return `/v1/accounts/${account}/balance?asset=${encodeURIComponent(asset)}`
}
