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
import { findRefusals, type Refusal, repeatRefusals, seenRefusals } from './refusals.ts'
import { accountName, type Sent } from './requests.ts'

export interface OutageOptions {
  readonly seed: number
  readonly users: number
  readonly concurrency: number
  /** The longest that a load lasts before the kill, in milliseconds. */
  readonly load: number
}

/** Ends the server that is under load; settles when it is gone. */
export type Trouble = (server: ServerProcess, load: Load) => Promise<void>

export interface Round {
  /** Without it: SIGKILL at a random moment. */
  readonly trouble?: Trouble
  /** What else befalls the ledger before the inquest. */
  readonly between?: () => Promise<void>
}

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
  readonly #refusals: Refusal[] = []
  readonly #recorder = new Recorder()
  readonly #checker = new Checker()
  /** Every seq up to here stands in the book. */
  #audited = 0
  #startTook_ms = 500
  readonly counts = { rounds: 0, sent: 0, acknowledged: 0, unknown: 0, happened: 0, refused: 0, checked: 0 }

  constructor(start: () => ServerProcess, options: OutageOptions, findings: Findings) {
    this.#start = start
    this.#options = options
    this.#findings = findings
    this.#moments = randomFrom(options.seed)
    this.#random = randomFrom(options.seed + 1)
    for (let index = 0; index < options.users; index++) this.#book.open(accountName(index), 0n, 0)
  }

  async round({ trouble = this.#killAtAnyMoment, between }: Round = {}): Promise<void> {
    this.counts.rounds++
    const { sent, refusals } = await this.#loadUntil(trouble)
    await between?.()
    await this.#onServer(async (client, inquest) => {
      this.#refusals.push(...refusals)
      this.counts.refused += refusals.length
      await findRefusals(refusals, client, this.#findings)
      const lost = sent.filter(({ known }) => known === undefined)
      this.#count(sent, lost)
      await inquest.findLost(
        sent,
        this.#audited,
        seenRefusals(refusals).map(({ seq }) => seq),
      )
      this.counts.happened += lost.filter(({ known }) => known !== undefined).length
      await this.#audit(client, inquest, sent)
      await inquest.reread([...sent, ...this.#olderOnes()])
      await inquest.repeat([...sent, ...this.#olderOnes()])
      await inquest.contradict(sent.slice(0, contradictions))
      await repeatRefusals(refusals, client, this.#recorder, this.#findings)
      await this.#audit(client, inquest, sent) // what was sent again and had not happened before has happened now
    })
    this.#all.push(...sent)
    this.counts.checked += checkRecorded(this.#recorder, this.#findings, this.#checker)
  }

  /** After the last round: a start after a clean stop, and all that was ever acknowledged, once more. */
  async finish(): Promise<void> {
    await this.#onServer(async (client, inquest) => {
      await this.#audit(client, inquest, [])
      await findRefusals(this.#refusals, client, this.#findings)
      await inquest.reread(this.#all)
      await inquest.repeat(this.#olderOnes())
    })
    this.counts.checked += checkRecorded(this.#recorder, this.#findings, this.#checker)
  }

  /** Starts the server once more and kills it before it would be ready, by the last start's measure. */
  async killStart(): Promise<void> {
    const server = this.#start()
    await delay(wholeNumber(this.#moments, 1, this.#startTook_ms))
    await this.kill(server)
  }

  async kill(server: ServerProcess): Promise<void> {
    this.demandExit(await server.kill(), { code: null, signal: 'SIGKILL' }, server)
  }

  demandExit(exit: Exit, wanted: Exit, server: ServerProcess): void {
    this.#findings.demand(exit.code === wanted.code && exit.signal === wanted.signal, () => {
      return `the server ended with ${exit.signal ?? exit.code}, not ${wanted.signal ?? wanted.code}; its log:\n${server.log()}`
    })
  }

  readonly #killAtAnyMoment: Trouble = async (server, load) => {
    await delay(wholeNumber(this.#moments, 1, this.#options.load))
    load.expectOutage()
    await this.kill(server)
  }

  async #loadUntil(trouble: Trouble): Promise<Load> {
    const { users, concurrency } = this.#options
    const server = this.#start()
    const place = { round: this.counts.rounds, answered: this.#audited, recorder: this.#recorder }
    const options = { ...place, users, concurrency, random: this.#random }
    const load = new Load(await server.ready, options, this.#findings)
    await trouble(server, load)
    return await load.ended()
  }

  async #onServer(work: (client: Client, inquest: Inquest) => Promise<void>): Promise<void> {
    const server = this.#start()
    const started = performance.now()
    const client = new Client(await server.ready, askingConnections)
    this.#startTook_ms = Math.ceil(performance.now() - started)
    await work(client, new Inquest(client, this.#findings, this.#recorder)).finally(() => client.destroy())
    this.demandExit(await server.stop(), { code: 0, signal: null }, server)
  }

  /** Enters what is new into the book, in order of seq and without a gap, and holds all balances against it. */
  async #audit(client: Client, inquest: Inquest, sent: readonly Sent[]): Promise<void> {
    const seen = [...sent.flatMap(seenIn), ...seenRefusals(this.#refusals)]
    const fresh = seen.filter(({ seq }) => seq > this.#audited)
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
}

function seenIn({ asked, sentAfter, known }: Sent): readonly TransferSeen[] {
  return known === undefined ? [] : [{ ...asked, ...known.told, sentAfter }]
}
