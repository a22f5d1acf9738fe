// Clients that do nothing wrong, at an even pace, whether they are answered or not: what they must not feel is the siege.

import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, balanceRead, transferMade } from '../checks/answers.ts'
import type { Findings } from '../checks/findings.ts'
import { Client } from './client.ts'
import { Latency } from './latency.ts'

const tick_ms = 5
const asked = { from: 'good:payer', to: 'good:till', amount: 1n }
const body = JSON.stringify({ ...asked, amount: '1' })

export class GoodClients {
  readonly #client: Client
  readonly #findings: Findings
  readonly #rate: number
  readonly #under = new Set<Promise<void>>()
  #latency = new Latency()
  #isOver = false
  #running: Promise<void> = Promise.resolve()
  /** The seqs of their transfers. */
  readonly seqs = new Set<number>()
  answered = 0

  /** `rate` requests a second: transfers and reads by turns. */
  constructor(url: string, rate: number, findings: Findings) {
    this.#client = new Client(url, 64)
    this.#rate = rate
    this.#findings = findings
  }

  start(): void {
    this.#running = this.#run()
  }

  /** The 99th percentile, in milliseconds, of what was asked and answered since the last call. */
  window(): number {
    const { p99_ms } = this.#latency.summary()
    this.#latency = new Latency()
    return p99_ms
  }

  /** Settles when all are answered. */
  async end(): Promise<void> {
    this.#isOver = true
    await this.#running
    await Promise.all(this.#under)
    await this.#client.destroy()
  }

  async #run(): Promise<void> {
    const begin = performance.now()
    for (let due = 0; !this.#isOver; await pause(tick_ms)) {
      for (; due < ((performance.now() - begin) / 1_000) * this.#rate; due++) {
        const answer = due % 2 === 0 ? this.#transfer() : this.#read()
        const one: Promise<void> = this.#time(answer).finally(() => this.#under.delete(one))
        this.#under.add(one)
      }
    }
  }

  async #time(work: Promise<void>): Promise<void> {
    const [latency, started] = [this.#latency, performance.now()]
    try {
      await work
      this.answered++
    } catch (error) {
      this.#findings.add(`a good request: ${error instanceof Error ? error.message : error}`)
    }
    latency.record(performance.now() - started)
  }

  async #transfer(): Promise<void> {
    const answer: Answer = await this.#client.post('/v1/transfers', body)
    this.seqs.add(transferMade(answer, asked).seq)
  }

  async #read(): Promise<void> {
    balanceRead(await this.#client.get('/v1/accounts/good:till/balance'))
  }
}
