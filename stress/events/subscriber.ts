// A client that follows the events, is killed at random points, and comes back with its last event's id.

import http from 'node:http'
import type { Findings } from '../checks/findings.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import type { EventBook } from './event-book.ts'
import { EventParser } from './event-parser.ts'

export class Subscriber {
  readonly #url: string
  readonly #book: EventBook
  readonly #findings: Findings
  /** The seqs after which it is killed, ascending. */
  readonly #kills: number[]
  #wanted: { readonly seq: number; told(): void } | undefined
  #isOver = false
  killed = 0

  constructor(url: string, book: EventBook, kills: readonly number[], findings: Findings) {
    this.#url = url
    this.#book = book
    this.#kills = [...kills].sort((one, other) => one - other)
    this.#findings = findings
  }

  /** Settles when the stream ends after `expectEnd`. */
  async follow(): Promise<void> {
    while (!this.#isOver) {
      const wasKilled = await this.#connection()
      if (!wasKilled && !this.#isOver) this.#findings.add('a stream ended while the server was not asked to')
    }
  }

  reaches(seq: number): Promise<void> {
    return new Promise((told) => {
      this.#wanted = { seq, told }
      this.#look()
    })
  }

  /** From now on the server may end the stream. */
  expectEnd(): void {
    this.#isOver = true
  }

  /** Answers whether it was killed. */
  #connection(): Promise<boolean> {
    const { last } = this.#book
    const headers = { accept: 'text/event-stream', ...(last > 0 && { 'last-event-id': `${last}` }) }
    return new Promise((resolve) => {
      let wasKilled = false
      const request = http.get(`${this.#url}/v1/events`, { agent: false, headers }, (response) => {
        const { statusCode } = response
        this.#findings.demand(statusCode === 200, () => `a subscriber was answered ${statusCode}`)
        const parser = new EventParser()
        response.setEncoding('utf8').on('data', (text: string) => {
          for (const event of parser.take(text)) {
            this.#book.take(event)
            if (this.#book.last < (this.#kills[0] ?? Number.POSITIVE_INFINITY)) continue
            wasKilled = true // what else has come is lost, as if it had been on its way
            this.#kill(request)
            return
          }
          this.#look()
        })
        response.on('error', () => {})
      })
      request.on('error', () => {})
      request.on('close', () => resolve(wasKilled))
    })
  }

  #kill(request: http.ClientRequest): void {
    this.#kills.shift()
    this.killed += 1
    request.destroy()
  }

  #look(): void {
    if (this.#wanted !== undefined && this.#book.last >= this.#wanted.seq) this.#wanted.told()
  }
}

/** So many places below `seqs`. */
export function killPoints(random: Random, count: number, seqs: number): number[] {
  return Array.from({ length: count }, () => wholeNumber(random, 1, seqs))
}
