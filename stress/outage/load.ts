// Sends transfers until the server is killed, and remembers which were answered and which were not.

import { type Answer, transferMade, WrongAnswer } from '../checks/answers.ts'
import type { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import type { Random } from '../harness/random.ts'
import type { Recorder } from '../serializability/recorder.ts'
import { commandOf, isRepeatable, newRequest, type Sent } from './requests.ts'

/** The share of the repeatable requests that are sent twice at once, as by an impatient client. */
const twiceShare = 0.1

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
  #answered: number
  #over = false

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

  /** Settles when every request was answered or is lost. */
  async ended(): Promise<readonly Sent[]> {
    await this.#workers
    await this.#client.destroy()
    return this.sent
  }

  async #worker(connection: number): Promise<void> {
    const { random, users, round } = this.#options
    while (!this.#over) {
      const request = newRequest(random, users, `${round}-${this.sent.length}`, this.#answered)
      this.sent.push(request)
      const times = isRepeatable(request) && random() < twiceShare ? 2 : 1
      await Promise.all(Array.from({ length: times }, () => this.#send(connection, request)))
    }
  }

  async #send(connection: number, request: Sent): Promise<void> {
    let answer: Answer
    try {
      const send = () => this.#client.post('/v1/transfers', request.body, request.headers)
      answer = (await this.#options.recorder.call(connection, commandOf(request), send)).answer
    } catch (error) {
      if (!this.#over) this.#findings.add(`${request.asked.reference} was not answered before the kill: ${error}`)
      return
    }
    try {
      this.#acknowledge(request, answer)
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error
      this.#findings.add(`${request.asked.reference}: ${error.message}`)
    }
  }

  #acknowledge(request: Sent, answer: Answer): void {
    const told = transferMade(answer, request.asked)
    this.#answered = Math.max(this.#answered, told.seq)
    const { known } = request
    this.#findings.demand(known === undefined || known.text === answer.text, () => {
      return `${request.asked.reference}, sent twice at once, got two answers: ${known?.text} and ${answer.text}`
    })
    request.known ??= { text: answer.text, told }
  }
}
