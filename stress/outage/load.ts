// Sends transfers until the server is killed, and remembers which were answered and which were not.

import { type Answer, transferMade, WrongAnswer } from '../checks/answers.ts'
import type { Findings } from '../checks/findings.ts'
import type { Command } from '../commands/command.ts'
import { Client } from '../harness/client.ts'
import type { Random } from '../harness/random.ts'
import type { Recorder } from '../serializability/recorder.ts'
import { newRefusal, type Refusal, refusalAnswered } from './refusals.ts'
import { commandOf, isRepeatable, newRequest, type Sent } from './requests.ts'

/** The share of the repeatable requests that are sent twice at once, as by an impatient client. */
const twiceShare = 0.1
const refusedShare = 0.05

/** `not_ready`, `overloaded`, `storage_full`: nothing happened. */
const turnedAwayBy = [503, 507]

export interface LoadOptions {
  readonly round: number
  readonly users: number
  readonly concurrency: number
  readonly random: Random
  /** The highest seq that had been answered before the load. */
  readonly answered: number
  readonly recorder: Recorder
}

export class Load {
  readonly #client: Client
  readonly #options: LoadOptions
  readonly #findings: Findings
  readonly #workers: Promise<unknown>
  /** Everything that left, in the order in which it left. */
  readonly sent: Sent[] = []
  readonly refusals: Refusal[] = []
  #answered: number
  #over = false
  #mayFail = false
  /** When the last success came, in milliseconds since 1970. */
  lastSuccess = 0
  /** Answers that said that nothing had happened, since a failure was to be expected. */
  turnedAway = 0

  constructor(url: string, options: LoadOptions, findings: Findings) {
    this.#options = options
    this.#findings = findings
    this.#answered = options.answered
    this.#client = new Client(url, 2 * options.concurrency)
    this.#workers = Promise.all(
      Array.from({ length: options.concurrency }, (_, connection) => this.#worker(connection)),
    )
  }

  /** From now on a request that gets no answer is no finding. Call it right before the kill. */
  expectOutage(): void {
    this.#over = true
  }

  /** From now on the server may fail: it is asked on until it is gone, and may turn requests away before that. */
  expectFailure(): void {
    this.#mayFail = true
  }

  /** Settles when every request was answered or is lost. */
  async ended(): Promise<this> {
    await this.#workers
    await this.#client.destroy()
    return this
  }

  async #worker(connection: number): Promise<void> {
    const { random, users, round } = this.#options
    while (!this.#over) {
      if (random() < refusedShare)
        await this.#sendRefusal(connection, newRefusal(random, users, `${round}-${this.refusals.length}`))
      const request = newRequest(random, users, `${round}-${this.sent.length}`, this.#answered)
      this.sent.push(request)
      const times = isRepeatable(request) && random() < twiceShare ? 2 : 1
      await Promise.all(Array.from({ length: times }, () => this.#send(connection, request)))
    }
  }

  async #send(connection: number, request: Sent): Promise<void> {
    const { asked, body, headers } = request
    const post = () => this.#client.post('/v1/transfers', body, headers)
    const take = (answer: Answer) => this.#acknowledge(request, answer)
    await this.#exchange(connection, commandOf(request), post, asked.reference, take)
  }

  async #sendRefusal(connection: number, refusal: Refusal): Promise<void> {
    const { command, body, headers, id } = refusal
    this.refusals.push(refusal)
    const post = () => this.#client.post('/v1/transfers', body, headers)
    const take = (answer: Answer) => refusalAnswered(refusal, answer, this.#findings)
    await this.#exchange(connection, command, post, id, take)
  }

  async #exchange(
    connection: number,
    command: Command,
    post: () => Promise<Answer>,
    name: string,
    take: (answer: Answer) => void,
  ): Promise<void> {
    let answer: Answer
    try {
      answer = (await this.#options.recorder.call(connection, command, post)).answer
    } catch (error) {
      if (this.#mayFail) this.#over = true
      if (!this.#over) this.#findings.add(`${name} was not answered before the kill: ${error}`)
      return
    }
    if (this.#mayFail && turnedAwayBy.includes(answer.status)) {
      this.turnedAway++
      return
    }
    try {
      take(answer)
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error
      this.#findings.add(`${name}: ${error.message}`)
    }
  }

  #acknowledge(request: Sent, answer: Answer): void {
    const told = transferMade(answer, request.asked)
    this.lastSuccess = Date.now()
    this.#answered = Math.max(this.#answered, told.seq)
    const { known } = request
    this.#findings.demand(known === undefined || known.text === answer.text, () => {
      return `${request.asked.reference}, sent twice at once, got two answers: ${known?.text} and ${answer.text}`
    })
    request.known ??= { text: answer.text, told }
  }
}
