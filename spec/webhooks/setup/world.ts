// The world of webhooks, played: a clock that only specs move, a ledger of made-up events, receivers that do as they are told.

import sinon from 'sinon'
import { MemoryOperations } from '../../../src/operations/memory-operations.ts'
import type { Message } from '../../../src/webhooks/http-sender.ts'
import { webhookTargets } from '../../../src/webhooks/targets.ts'
import type { Webhook } from '../../../src/webhooks/webhook.ts'
import type { WebhooksOptions } from '../../../src/webhooks/webhooks.ts'

/** Lets all that is under way come to where it waits for time or for somebody else. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

type Receiver = (message: Message, seq: number) => Promise<number>

export const taking: Receiver = async () => 200

/** Never answers; ends when it is told to. */
export const silent: Receiver = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

export class World {
  now = 1_700_000_000_000
  /** Of the ledger's events, which are numbered from 1: what changes them from the usual. */
  head = 0
  readonly types = new Map<number, readonly string[]>()
  readonly accounts = new Map<number, readonly string[]>()
  receive: Receiver = taking
  /** What was posted, in order. */
  readonly posted: { readonly url: string; readonly seq: number; readonly headers: Message['headers'] }[] = []
  readonly store = new MemoryOperations()
  readonly panic = sinon.fake()
  readonly failed = sinon.fake()
  readonly read = sinon.fake(async (after: number, limit: number) => this.#events(after, limit))
  #timers: { readonly at: number; readonly callback: () => void }[] = []
  readonly #waiting = new Set<{ readonly seq: number; readonly told: () => void }>()

  ports(): WebhooksOptions {
    return {
      store: this.store,
      targets: webhookTargets(['receiver.example', 'dead.example']),
      read: this.read,
      onceCommitted: (seq, told) => {
        const waiting = { seq, told }
        if (seq <= this.head) told()
        else this.#waiting.add(waiting)
        return () => void this.#waiting.delete(waiting)
      },
      send: (message) => this.#send(message),
      failed: this.failed,
      timer: (callback, milliseconds) => {
        const timer = { at: this.now + milliseconds, callback }
        this.#timers.push(timer)
        return () => {
          this.#timers = this.#timers.filter((one) => one !== timer)
        }
      },
      now: () => this.now,
      random: () => 0,
      head: () => this.head,
      randomBytes: (size) => new Uint8Array(size).fill(7),
      panic: this.panic,
    }
  }

  /** So many events more. */
  async happens(count: number): Promise<void> {
    this.head += count
    for (const waiting of this.#waiting) {
      if (waiting.seq > this.head) continue
      this.#waiting.delete(waiting)
      waiting.told()
    }
    await settled()
  }

  /** Lets so many milliseconds pass. */
  async passes(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((one) => one !== due)
      this.now = Math.max(this.now, due.at)
      due.callback()
      await settled()
    }
    this.now = end
    await settled()
  }

  timers(): number {
    return this.#timers.length
  }

  seqs(url?: string): readonly number[] {
    return this.posted.filter((one) => url === undefined || one.url === url).map(({ seq }) => seq)
  }

  #send(message: Message): Promise<number> {
    const { seq } = JSON.parse(message.body) as { seq: number }
    this.posted.push({ url: message.url, seq, headers: message.headers })
    return this.receive(message, seq)
  }

  #events(after: number, limit: number) {
    const count = Math.max(0, Math.min(limit, this.head - after))
    return Array.from({ length: count }, (_, index) => {
      const seq = after + 1 + index
      const types = this.types.get(seq) ?? ['transfer.posted']
      return { seq, types, accounts: this.accounts.get(seq) ?? ['a', 'b'], body: JSON.stringify({ seq }) }
    })
  }
}

export const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`

export function aWebhook(changes: Partial<Webhook> = {}): Webhook {
  const url = 'https://receiver.example/hook'
  return { id: 'orders', url, filter: null, secret, disabled: false, cursor: 0, ...changes }
}
