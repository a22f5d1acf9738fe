// A client: draws commands, asks, waits, asks again until it knows; sends some twice, gives up on some, and reads.

import type { Command } from '../../commands/command.ts'
import { type Random, wholeNumber } from '../../harness/random.ts'
import type { Answer, Question } from '../audit/answers.ts'
import { type Climate, exponential, pick } from '../climate.ts'
import type { Owner } from '../time/scheduler.ts'
import type { Knowledge } from './knowledge.ts'
import { requestOf, type Unsent } from './requests.ts'

export type Message =
  | Unsent
  | { readonly type: 'FindTransactions'; readonly seqs: readonly number[]; readonly ids: readonly string[] }

/** A message, and what its sender knows: so its answer can be judged. */
export interface Asked {
  readonly message: Message
  readonly question: Question
}

/** What a client can do in its world. Delays are in microseconds. */
export interface Outside {
  /** Unless `owner` is gone by then. */
  later(delay: number, label: string, action: () => void, owner?: Owner): void
  /** Sends them at once, in this order; `told` may be called later with an answer to each, or never. */
  send(asked: readonly Asked[], told: (answers: readonly Answer[]) => void): void
  /** The highest seq that anybody was told. */
  floor(): number
}

const patience = [1e6, 8e6] as const

export class Client {
  readonly #number: number
  readonly #random: Random
  readonly #knowledge: Knowledge
  readonly #outside: Outside
  readonly #climate: Climate
  /** The questions that it waits for. */
  #waiters = new Set<{ gone: boolean }>()
  #life = { gone: false }

  constructor(number: number, random: Random, climate: Climate, knowledge: Knowledge, outside: Outside) {
    this.#number = number
    this.#random = random
    this.#climate = climate
    this.#knowledge = knowledge
    this.#outside = outside
  }

  /** Questions that it waits for. */
  get waiting(): number {
    return this.#waiters.size
  }

  start(): void {
    const delay = exponential(this.#random, 1_000 * this.#climate.pause)
    this.#outside.later(delay, `client ${this.#number}`, () => this.#act(), this.#life)
  }

  /** It starts again, and knows nothing of what it was waiting for: the server may have done it or not. */
  crash(): void {
    this.#life.gone = true
    this.#life = { gone: false }
    for (const waiter of this.#waiters) waiter.gone = true
    this.#waiters.clear()
    this.start()
  }

  /** Much in one message, or many at once, or one. */
  #act(): void {
    if (this.#knowledge.isOver) return
    const { bulks, bulk, crowds, crowd } = this.#climate
    if (this.#random() < bulks) return this.#askFor(this.#bulk(wholeNumber(this.#random, 2, bulk)), () => this.start())
    const count = this.#random() < crowds ? wholeNumber(this.#random, 2, crowd) : 1
    for (let asked = 1; asked < count && !this.#knowledge.isOver; asked++) this.#ask(() => {})
    this.#ask(() => this.start())
  }

  #ask(then: () => void): void {
    const dice = this.#random()
    if (dice < 0.12) return this.#read(then)
    const isDryRun = dice < 0.14
    this.#askFor([this.#asking(this.#knowledge.draw(this.#random, isDryRun), isDryRun)], then)
  }

  /** Independent of each other, but for what they meet in. */
  #bulk(count: number): readonly Asked[] {
    const commands: Command[] = []
    for (let left = count; left > 0; ) {
      const items = Math.min(left, wholeNumber(this.#random, 1, this.#climate.batch))
      commands.push(this.#knowledge.drawOfBulk(this.#random, items))
      left -= items
    }
    return commands.map((command) => this.#asking(command, false))
  }

  #asking(command: Command, isDryRun: boolean): Asked {
    const message = requestOf(command, `request ${this.#number}`, isDryRun)
    return { message, question: { command, isDryRun, floor: this.#outside.floor() } }
  }

  /** Some are sent twice, on some it gives up. */
  #askFor(asked: readonly Asked[], then: () => void): void {
    const dice = this.#random()
    const settled = this.#untilAnswered(asked, then)
    if (dice > 0.97)
      this.#outside.later(exponential(this.#random, 20e6), 'again', () => this.#outside.send(asked, () => {}))
    if (dice > 0.95 && dice < 0.97) this.#outside.later(wholeNumber(this.#random, 0, 4e6), 'give up', settled)
  }

  #read(then: () => void): void {
    const { account, asset, transfer } = this.#knowledge.somewhere(this.#random)
    const isSearch = transfer !== undefined && this.#random() < 0.3
    const message: Message = isSearch
      ? { type: 'FindTransactions', seqs: [], ids: [`transfer/${transfer}`] }
      : { type: 'CallContract', method: 'GetBalance', query: { account, asset } }
    const question = { command: undefined, isDryRun: false, floor: this.#outside.floor() }
    this.#untilAnswered([{ message, question }], then)
  }

  /** Answers a function that ends the waiting. */
  #untilAnswered(all: readonly Asked[], then: () => void): () => void {
    const waiter = { gone: false }
    let open = all
    let attempt = 0
    this.#waiters.add(waiter)
    const settle = () => {
      if (waiter.gone) return
      waiter.gone = true
      this.#waiters.delete(waiter)
      then()
    }
    const tryAgain = (delay: number, of: number) =>
      this.#outside.later(delay, `retry ${this.#number}`, () => of === attempt && send(), waiter)
    const send = () => {
      attempt += 1
      const [own, asked] = [attempt, open]
      this.#outside.send(asked, (answers) => {
        if (waiter.gone || own !== attempt) return
        open = this.#rejected(asked, answers)
        if (open.length === 0) settle()
        else tryAgain(wholeNumber(this.#random, 50e3, 1e6), own)
      })
      // Ever longer: what takes long must not be asked for again before it can have come to its end.
      tryAgain(Math.min(own, 6) * wholeNumber(this.#random, ...patience), own)
    }
    send()
    return settle
  }

  /** Learns from the answers. Answers what has to be asked again. */
  #rejected(asked: readonly Asked[], answers: readonly Answer[]): readonly Asked[] {
    return asked.filter(({ question }, index) => {
      const answer = answers[index]
      if (answer === undefined || answer.type === 'RequestRejected') return true
      this.#knowledge.learn(question, answer)
      return false
    })
  }
}

/** One of those that wait for an answer. False if nobody does. */
export function crashOne(clients: readonly Client[], random: Random): boolean {
  const [first, ...others] = clients.filter(({ waiting }) => waiting > 0)
  if (first === undefined) return false
  pick(random, [first, ...others]).crash()
  return true
}
