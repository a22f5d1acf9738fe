// Rounds of load, kill, restart and inquest on one data folder, with one book for all of them.

import { setTimeout as delay } from 'node:timers/promises'
import { auditBalances, auditTransfers, type TransferSeen } from '../checks/audit.ts'
import { Book } from '../checks/book.ts'
import type { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import type { Exit, ServerProcess } from '../harness/server-process.ts'
import { readBalances } from '../scenario/balances.ts'
import { Checker, checkRecorded } from '../serializability/checker.ts'
import { Recorder } from '../serializability/recorder.ts'
import { Inquest } from './inquest.ts'
import { Load } from './load.ts'
import { accountName, type Sent } from './requests.ts'

export interface OutageOptions {
  readonly seed: number
  readonly users: number
  readonly concurrency: number
  /** The longest that a load lasts before the kill, in milliseconds. */
  readonly load: number
}

/** The share of rounds in which the recovery is killed, too. */
const killedRecoveries = 0.3
const longestRecovery_ms = 500
const olderOnesAskedFor = 200
const contradictions = 20
const askingConnections = 32

export class Outages {
  readonly #start: () => ServerProcess
  readonly #options: OutageOptions
  readonly #findings: Findings
  /** Two of them, because how many transfers a load draws depends on the machine, and the moments must not. */
  readonly #moments: Random
  readonly #random: Random
  readonly #book = new Book()
  readonly #all: Sent[] = []
  readonly #recorder = new Recorder()
  readonly #checker = new Checker()
  /** Every seq up to here stands in the book. */
  #audited = 0
  readonly counts = { rounds: 0, sent: 0, acknowledged: 0, unknown: 0, happened: 0, recoveries_killed: 0, checked: 0 }

  constructor(start: () => ServerProcess, options: OutageOptions, findings: Findings) {
    this.#start = start
    this.#options = options
    this.#findings = findings
    this.#moments = randomFrom(options.seed)
    this.#random = randomFrom(options.seed + 1)
    for (let index = 0; index < options.users; index++) this.#book.open(accountName(index), 0n, 0)
  }

  async round(): Promise<void> {
    this.counts.rounds++
    const sent = await this.#loadAndKill()
    if (this.#moments() < killedRecoveries) await this.#killRecovery()
    await this.#onServer(async (client, inquest) => {
      const lost = sent.filter(({ known }) => known === undefined)
      this.#count(sent, lost)
      await inquest.findLost(sent, this.#audited)
      this.counts.happened += lost.filter(({ known }) => known !== undefined).length
      await this.#audit(client, inquest, sent)
      await inquest.reread([...sent, ...this.#olderOnes()])
      await inquest.repeat([...sent, ...this.#olderOnes()])
      await inquest.contradict(sent.slice(0, contradictions))
      await this.#audit(client, inquest, sent) // what was sent again and had not happened before has happened now
    })
    this.#all.push(...sent)
    this.counts.checked += checkRecorded(this.#recorder, this.#findings, this.#checker)
  }

  /** After the last round: a start after a clean stop, and all that was ever acknowledged, once more. */
  async finish(): Promise<void> {
    await this.#onServer(async (client, inquest) => {
      await this.#audit(client, inquest, [])
      await inquest.reread(this.#all)
      await inquest.repeat(this.#olderOnes())
    })
    this.counts.checked += checkRecorded(this.#recorder, this.#findings, this.#checker)
  }

  async #loadAndKill(): Promise<readonly Sent[]> {
    const { users, concurrency, load: longest } = this.#options
    const server = this.#start()
    const place = { round: this.counts.rounds, answered: this.#audited, recorder: this.#recorder }
    const options = { ...place, users, concurrency, random: this.#random }
    const load = new Load(await server.ready, options, this.#findings)
    await delay(wholeNumber(this.#moments, 1, longest))
    load.expectOutage()
    this.#demandExit(await server.kill(), { code: null, signal: 'SIGKILL' }, server)
    return await load.ended()
  }

  async #killRecovery(): Promise<void> {
    this.counts.recoveries_killed++
    const server = this.#start()
    await delay(wholeNumber(this.#moments, 1, longestRecovery_ms))
    this.#demandExit(await server.kill(), { code: null, signal: 'SIGKILL' }, server)
  }

  async #onServer(work: (client: Client, inquest: Inquest) => Promise<void>): Promise<void> {
    const server = this.#start()
    const client = new Client(await server.ready, askingConnections)
    await work(client, new Inquest(client, this.#findings, this.#recorder)).finally(() => client.destroy())
    this.#demandExit(await server.stop(), { code: 0, signal: null }, server)
  }

  /** Enters what is new into the book, in order of seq and without a gap, and holds all balances against it. */
  async #audit(client: Client, inquest: Inquest, sent: readonly Sent[]): Promise<void> {
    const fresh = sent.flatMap(seenIn).filter(({ seq }) => seq > this.#audited)
    auditTransfers(this.#book, fresh, this.#audited, this.#findings)
    this.#audited = fresh.reduce((last, { seq }) => Math.max(last, seq), this.#audited)
    const head = await inquest.head()
    this.#findings.demand(head === this.#audited, () => `the journal's head is ${head}, the book's ${this.#audited}`)
    const balances = await readBalances(client, this.#book.accounts(), this.#findings)
    auditBalances(this.#book, balances, 0n, this.#findings)
  }

  #olderOnes(): readonly Sent[] {
    if (this.#all.length === 0) return []
    return Array.from({ length: olderOnesAskedFor }, () => {
      return this.#all[wholeNumber(this.#random, 0, this.#all.length - 1)] as Sent
    }).filter(({ known }) => known !== undefined)
  }

  #count(sent: readonly Sent[], lost: readonly Sent[]): void {
    this.counts.sent += sent.length
    this.counts.unknown += lost.length
    this.counts.acknowledged += sent.length - lost.length
  }

  #demandExit(exit: Exit, wanted: Exit, server: ServerProcess): void {
    this.#findings.demand(exit.code === wanted.code && exit.signal === wanted.signal, () => {
      return `the server ended with ${exit.signal ?? exit.code}, not ${wanted.signal ?? wanted.code}; its log:\n${server.log()}`
    })
  }
}

function seenIn({ asked, sentAfter, known }: Sent): readonly TransferSeen[] {
  return known === undefined ? [] : [{ ...asked, ...known.told, sentAfter }]
}
