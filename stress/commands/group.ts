// One group of accounts that no other group touches: its commands go one after another, each answer is held against the second ledger.

import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Findings } from '../checks/findings.ts'
import { type Random, randomFrom } from '../harness/random.ts'
import type { Command, Outcome } from './command.ts'
import { drawCommand, type Places } from './draw.ts'
import { type HttpAnswer, InDoubt, type Place } from './place.ts'
import { balanceOf, outcomeOf, requestOf, settingsOf } from './requests.ts'
import { SimpleLedger } from './simple-ledger.ts'

const lapses = 0.002
/** So long after the time that it tells a hold is surely over. */
const margin_ms = 150
const sampled = 200

export class Group {
  readonly #random: Random
  readonly #place: Place
  readonly #findings: Findings
  readonly #places: Places
  readonly #ledger = new SimpleLedger()
  readonly #sent: Command[] = []
  /** What a key was answered with, byte for byte. */
  readonly #texts = new Map<string, string>()
  #now = 0

  constructor(number: number, seed: number, place: Place, findings: Findings) {
    const prefix = `g${number}:`
    const accounts = ['a', 'b', 'c', 'd', 'e'].map((name) => prefix + name)
    this.#random = randomFrom(seed * 65_537 + number)
    this.#places = { accounts, prefix, names: 200, keyed: true, expiries: [1_000_000] }
    this.#place = place
    this.#findings = findings
  }

  async step(): Promise<void> {
    const isLapse = this.#random() < lapses
    const command = isLapse ? this.#shortHold() : this.#draw()
    const expected = this.#ledger.decide(command)
    const { outcome, replayed, wasInDoubt, text } = await this.#ask(command)
    learn(expected.outcome, outcome)
    const number = this.#sent.push(command) - 1
    const what = () => `${this.#places.prefix} command ${number}: ${JSON.stringify(command)}`
    const difference = () => `${what()}\n  told ${JSON.stringify(outcome)}\n  not ${JSON.stringify(expected.outcome)}`
    this.#findings.demand(isDeepStrictEqual(outcome, expected.outcome), difference)
    const isMarked = wasInDoubt || command.kind === 'batch' || replayed === expected.replayed
    this.#findings.demand(isMarked, () => `${what()}\n  replayed: ${replayed}`)
    if (command.key !== undefined && text !== undefined) this.#compareText(command.key, text, expected, what)
    if (isLapse) await this.#lapse(text)
  }

  /** Every balance, and the state of the latest transfers. */
  async inspect(): Promise<void> {
    const balances = this.#ledger.balances()
    for (const account of this.#places.accounts) {
      for (const asset of ['UNIT', 'USD/2']) {
        const told = balanceOf(await this.#get(`/v1/accounts/${account}/balance?asset=${encodeURIComponent(asset)}`))
        const expected = balances.get(`${account} ${asset}`) ?? nothing
        const difference = () => `${account} ${asset}: ${JSON.stringify(told)}, not ${JSON.stringify(expected)}`
        this.#findings.demand(isDeepStrictEqual(told, expected), difference)
      }
    }
    for (const id of this.#ledger.transferIds().slice(-sampled)) {
      const { state } = await this.#get(`/v1/transfers/${id}`)
      const expected = this.#ledger.stateOf(id)
      this.#findings.demand(state === expected, () => `${id} is ${state}, not ${expected}`)
    }
  }

  #draw(): Command {
    const known = {
      sent: this.#sent,
      transfers: this.#ledger.transferIds(),
      revisionOf: (account: string) => this.#ledger.revisionOf(account),
    }
    return drawCommand(this.#random, known, this.#places)
  }

  #shortHold(): Command {
    const [from = '', to = ''] = this.#places.accounts
    const postings = [{ from, to, amount: '7', asset: 'UNIT' }]
    const key = `${this.#places.prefix}lapse${this.#sent.length}`
    return { kind: 'transfer', key, body: { postings, pending: true, expires_in: 1 } }
  }

  async #lapse(text: string | undefined): Promise<void> {
    const { expires_at } = JSON.parse(text ?? '{}')
    if (expires_at === undefined) return
    await wait(Math.max(0, Date.parse(expires_at) + margin_ms - Date.now()))
    this.#now += 2_000
    this.#ledger.passTo(this.#now)
  }

  async #ask(command: Command): Promise<Told> {
    try {
      const answer = await this.#place.ask(requestOf(command), command.kind !== 'settings')
      return { ...answer, outcome: outcomeOf(command, answer.status, answer.text) }
    } catch (error) {
      if (error instanceof InDoubt && command.kind === 'settings') return this.#afterOutage(command)
      throw error
    }
  }

  /** Settings have no key: the revision tells whether they were set, and nobody else sets them. */
  async #afterOutage(command: Extract<Command, { kind: 'settings' }>): Promise<Told> {
    const path = `/v1/accounts/${command.account}?asset=${encodeURIComponent(command.body.asset)}`
    const { text, etag } = await this.#place.ask({ method: 'GET', path, headers: {}, body: null })
    const isSet = etag === `"${this.#ledger.revisionOf(command.account)}"` && !isRefused(command, etag)
    if (!isSet) return this.#ask(command)
    return { outcome: settingsOf(JSON.parse(text)), replayed: false, wasInDoubt: true, text: undefined }
  }

  #compareText(key: string, text: string, { replayed }: Decided, what: () => string): void {
    const before = this.#texts.get(key)
    // The key is another request's: this refusal tells the Request-Id of the request that it answers.
    if (/idempotency_key_reused/.test(text)) return
    if (before === undefined) this.#texts.set(key, text)
    else if (replayed) this.#findings.demand(text === before, () => `${what()}\n  replayed as ${text}\n  not ${before}`)
  }

  async #get(path: string) {
    const { status, text } = await this.#place.ask({ method: 'GET', path, headers: {}, body: null })
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`)
    return JSON.parse(text)
  }
}

const nothing = { posted: '0', pending_in: '0', pending_out: '0', version: 0 }

interface Decided {
  readonly outcome: Outcome
  readonly replayed: boolean
}

interface Told extends Decided, Pick<HttpAnswer, 'wasInDoubt'> {
  readonly text: string | undefined
}

/** Refused for its If-Match: then the revision is as it was, and asking again does no harm. */
function isRefused({ ifMatch }: Extract<Command, { kind: 'settings' }>, etag: string): boolean {
  return ifMatch !== undefined && etag !== `"${ifMatch + 1}"`
}

/** The server makes ids: the second ledger learns them, as any client. */
export function learn(expected: Outcome, actual: Outcome): void {
  if ('state' in expected && 'state' in actual) expected.id ??= actual.id
  if (!('items' in expected) || !('items' in actual)) return
  for (const [index, item] of expected.items.entries()) {
    const told = actual.items[index]
    if (told !== undefined) learn(item, told)
  }
}
