// A client: draws commands, asks, waits, asks again until it knows; sends some twice, gives up on some, and reads.

import { type Random, wholeNumber } from '../../harness/random.ts'
import type { Answer, Question } from '../audit/answers.ts'
import { exponential } from '../climate.ts'
import type { Knowledge } from './knowledge.ts'
import { requestOf, type Unsent } from './requests.ts'

export type Message =
  | Unsent
  | { readonly type: 'FindTransactions'; readonly seqs: readonly number[]; readonly ids: readonly string[] }

/** What a client can do in its world. Delays are in microseconds. */
export interface Outside {
  later(delay: number, label: string, action: () => void): void
  /** Sends it once; `told` may be called later, or never. */
  send(message: Message, question: Question, told: (answer: Answer) => void): void
  /** The highest seq that anybody was told. */
  floor(): number
}

const patience = [1e6, 8e6] as const

export class Client {
  readonly #number: number
  readonly #random: Random
  readonly #knowledge: Knowledge
  readonly #outside: Outside
  readonly #pause: number
  /** Questions that it waits for. */
  waiting = 0

  constructor(number: number, random: Random, pause: number, knowledge: Knowledge, outside: Outside) {
    this.#number = number
    this.#random = random
    this.#pause = pause * 1_000
    this.#knowledge = knowledge
    this.#outside = outside
  }

  start(): void {
    this.#outside.later(exponential(this.#random, this.#pause), `client ${this.#number}`, () => this.#act())
  }

  /** Several at once now and then: so batches come to be. */
  #act(): void {
    if (this.#knowledge.isOver) return
    const count = this.#random() < 0.04 ? wholeNumber(this.#random, 2, 12) : 1
    for (let asked = 1; asked < count && !this.#knowledge.isOver; asked++) this.#ask(() => {})
    this.#ask(() => this.start())
  }

  #ask(then: () => void): void {
    const dice = this.#random()
    if (dice < 0.12) return this.#read(then)
    const isDryRun = dice < 0.14
    const command = this.#knowledge.draw(this.#random, isDryRun)
    const question = { command, isDryRun, floor: this.#outside.floor() }
    const message = requestOf(command, `request ${this.#number}`, isDryRun)
    const settled = this.#untilAnswered(message, question, then)
    if (dice > 0.97)
      this.#outside.later(exponential(this.#random, 20e6), 'again', () =>
        this.#outside.send(message, question, () => {}),
      )
    if (dice > 0.95 && dice < 0.97) this.#outside.later(wholeNumber(this.#random, 0, 4e6), 'give up', settled)
  }

  #read(then: () => void): void {
    const { account, asset, transfer } = this.#knowledge.somewhere(this.#random)
    const isSearch = transfer !== undefined && this.#random() < 0.3
    const message: Message = isSearch
      ? { type: 'FindTransactions', seqs: [], ids: [`transfer/${transfer}`] }
      : { type: 'CallContract', method: 'GetBalance', query: { account, asset } }
    this.#untilAnswered(message, { command: undefined, isDryRun: false, floor: this.#outside.floor() }, then)
  }

  /** Answers a function that ends the waiting. */
  #untilAnswered(message: Message, question: Question, then: () => void): () => void {
    let isSettled = false
    let attempt = 0
    this.waiting += 1
    const settle = () => {
      if (isSettled) return
      isSettled = true
      this.waiting -= 1
      then()
    }
    const tryAgain = (delay: number, of: number) =>
      this.#outside.later(delay, `retry ${this.#number}`, () => {
        if (!isSettled && of === attempt) send()
      })
    const send = () => {
      attempt += 1
      const own = attempt
      this.#outside.send(message, question, (answer) => {
        if (isSettled || own !== attempt) return
        if (answer.type === 'RequestRejected') return tryAgain(wholeNumber(this.#random, 50e3, 1e6), own)
        this.#knowledge.learn(question, answer)
        settle()
      })
      tryAgain(wholeNumber(this.#random, ...patience), own)
    }
    send()
    return settle
  }
}
