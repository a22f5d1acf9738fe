// A short history that is right, told step by step, in which a spec can change any answer.

import type { Command } from '../../stress/commands/command.ts'
import type { Asked, Call, Part, Told } from '../../stress/serializability/history.ts'
import { Model } from './model.ts'

const posting = (from: string, to: string, amount: number) => ({ from, to, amount: `${amount}`, asset: 'UNIT' })
export const transfer = (from: string, to: string, amount: number, key?: string, id?: string): Command => ({
  kind: 'transfer',
  body: { postings: [posting(from, to, amount)], ...(id !== undefined && { id }) },
  ...(key !== undefined && { key }),
})
export const hold = (from: string, to: string, amount: number, id: string): Command => ({
  kind: 'transfer',
  body: { id, postings: [posting(from, to, amount)], pending: true },
})
export const settings = (body: object, ifMatch?: number): Command => ({
  kind: 'settings',
  account: 'a',
  replace: false,
  body: { asset: 'UNIT', ...body },
  ...(ifMatch !== undefined && { ifMatch }),
})
export const batch = (mode: 'atomic' | 'independent', key: string): Command => {
  const items = [posting('a', 'b', 1), posting('b', 'c', 1)].map((one) => ({ postings: [one] }))
  return { kind: 'batch', key, body: { mode, items } }
}
const read = (account: string): Asked => ({ kind: 'balance', name: `${account} UNIT` })

/** One after another; only the lost one has no end. The name of a step says what is planted into it. */
const steps = {
  first: transfer('a', 'b', 5, 'first'), // seq 1
  early: read('a'),
  hold: hold('b', 'c', 3, 'h'), // 2
  post: { kind: 'post', transfer: 'h', key: 'post', body: {} }, // 3
  limit: settings({ min_balance: '-20' }), // 4
  kept: transfer('a', 'b', 100, 'kept'), // 5: insufficient_funds
  plain: transfer('a', 'c', 2), // 6
  replay: transfer('a', 'b', 5, 'first'),
  batch: batch('atomic', 'batch'), // 7
  afterBatch: read('b'),
  reverse: { kind: 'reverse', transfer: 'tr_1', key: 'reverse', body: {} }, // 8
  refused: transfer('a', 'b', 500),
  other: hold('a', 'b', 2, 'v'), // 9
  void: { kind: 'void', transfer: 'v', key: 'void', body: {} }, // 10
  lookUp: { kind: 'look-up', transfer: 'h' },
  account: { kind: 'account', account: 'a', asset: 'UNIT' },
  misled: transfer('a', 'b', 6, 'first'), // idempotency_key_reused
  lost: transfer('a', 'b', 4, 'lost'), // 11, and its answer never came
  found: transfer('a', 'b', 4, 'lost'),
  items: batch('independent', 'items'), // 12 and 13
  last: transfer('c', 'a', 1), // 14
  end: read('a'),
} as const satisfies Record<string, Asked>

export class Story {
  readonly model = new Model()
  readonly places = new Map<string, number>()

  constructor() {
    for (const [name, asked] of Object.entries(steps)) this.ask(asked, name)
  }

  /** A call after all others; whoever asks is on connection 1. */
  ask(asked: Asked, name = 'added'): Told {
    const moment = 10 * this.model.calls.length
    this.places.set(name, this.model.calls.length)
    return this.model.ask(asked, { invoked: moment, completed: moment + 5, connection: 1 }, name === 'lost')
  }

  change(name: string, changes: Partial<Call>): void {
    const place = this.places.get(name) ?? -1
    this.model.calls[place] = { ...this.call(name), ...changes }
  }

  tell(name: string, changes: Partial<Told>): void {
    this.change(name, { told: { ...this.told(name), ...changes } })
  }

  part(name: string, changes: Partial<Part>, index = 0): void {
    this.tell(name, { parts: this.told(name).parts.map((part, at) => (at === index ? { ...part, ...changes } : part)) })
  }

  /** Another balance of an account in the answer. */
  balance(name: string, account: string, changes: object, index = 0): void {
    const { balances } = this.told(name).parts[index] ?? { balances: {} }
    const asset = `${account} UNIT`
    this.part(name, { balances: { ...balances, [asset]: { ...balances[asset], ...changes } } }, index)
  }

  leaveOut(name: string): void {
    this.model.calls.splice(this.places.get(name) ?? -1, 1)
  }

  call(name: string): Call {
    const call = this.model.calls[this.places.get(name) ?? -1]
    if (call === undefined) throw new Error(`no step ${name}`)
    return call
  }

  told(name: string): Told {
    const { told } = this.call(name)
    if (told === undefined) throw new Error(`${name} has no answer`)
    return told
  }
}
