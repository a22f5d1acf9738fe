// The loop of one webhook: event after event, each until the receiver takes it. Nothing waits for it.

import type { Seq } from '../../actors/state-storage/messages.ts'
import { backoff } from './backoff.ts'
import type { WebhookEvent } from './event.ts'
import { passes } from './event.ts'
import type { Send } from './http-sender.ts'
import { messageId, signedHeaders } from './signature.ts'
import type { Delivery, Webhook, WebhookView } from './webhook.ts'

/** Calls back once, after so many milliseconds. The answer forgets it again. */
export type Timer = (callback: () => void, milliseconds: number) => () => void

export interface DelivererPorts {
  /** The events after a seq, in order. */
  readonly read: (after: Seq, limit: number) => Promise<readonly WebhookEvent[]>
  /** Calls back once when the event with this seq can be read. The answer forgets it again. */
  readonly onceCommitted: (seq: Seq, told: () => void) => () => void
  readonly send: Send
  /** Makes the cursor durable, and what an attempt came to. */
  readonly save: (webhook: string, cursor: Seq, delivery?: Delivery) => Promise<void>
  /** Told of the first failure of a row of failures. */
  readonly failed: (webhook: string, after: Seq, error: string) => void
  readonly timer: Timer
  /** Milliseconds since 1970, of the system's clock: it is receivers who compare it with theirs. */
  readonly now: () => number
  /** From 0 up to 1. */
  readonly random: () => number
}

/** Milliseconds for the connection, the request and the answer together. */
const patience = 15_000
/** Events in memory for one webhook. While it backs off there are none. */
const pageSize = 16
/** Events that a filter may drop before the cursor is made durable: a restart looks at so many again. */
const mostUnsaved = 1_000
const longestError = 200

/** Invariant: the cursor never passes an event that was to be delivered before its success is durable. */
export class Deliverer {
  /** Settles when the loop has ended, after stop. */
  readonly ended: Promise<void>
  readonly #webhook: Webhook
  readonly #ports: DelivererPorts
  readonly #stopping = new AbortController()
  #attempt: AbortController | undefined
  #cursor: Seq
  #saved: Seq
  #failures = 0
  #nextAttempt: number | null = null
  #lastError: string | null = null

  constructor(webhook: Webhook, ports: DelivererPorts) {
    this.#webhook = webhook
    this.#ports = ports
    this.#cursor = webhook.cursor
    this.#saved = webhook.cursor
    this.ended = webhook.disabled ? Promise.resolve() : this.#run()
  }

  get cursor(): Seq {
    return this.#cursor
  }

  view(): WebhookView {
    const { secret: _, ...webhook } = this.#webhook
    const running = this.#nextAttempt === null ? 'delivering' : 'backing_off'
    return {
      ...webhook,
      cursor: this.#cursor,
      state: webhook.disabled ? 'disabled' : running,
      nextAttempt: this.#nextAttempt,
      failures: this.#failures,
      lastError: this.#lastError,
    }
  }

  /** At once, an attempt under way included: from now on nothing of it is saved, because another may take its place. */
  stop(): void {
    this.#stopping.abort()
    this.#attempt?.abort()
  }

  async #run(): Promise<void> {
    while (!this.#stopped()) {
      try {
        await this.#handlePage()
      } catch (error) {
        if (!this.#stopped()) await this.#backOff(error)
      }
    }
  }

  /** Throws what a delivery failed with, and with it lets go of the page. */
  async #handlePage(): Promise<void> {
    await this.#until((told) => this.#ports.onceCommitted(this.#cursor + 1, told))
    if (this.#stopped()) return
    const events = await this.#ports.read(this.#cursor, pageSize)
    if (events.length === 0) throw new Error(`there are no events after ${this.#cursor}`)
    for (const event of events) {
      if (this.#stopped()) return
      if (passes(this.#webhook.filter, event)) await this.#deliver(event)
      else this.#cursor = event.seq
    }
    if (!this.#stopped() && this.#cursor - this.#saved >= mostUnsaved) await this.#save(this.#cursor)
  }

  async #deliver({ seq, body }: WebhookEvent): Promise<void> {
    const time = this.#ports.now()
    const { status, error } = await this.#post(seq, time, body)
    if (this.#stopped()) return
    const delivery = { seq, time, attempt: this.#failures + 1, status, error }
    await this.#save(error === null ? seq : this.#cursor, delivery)
    if (error !== null) throw new Error(error)
    this.#failures = 0
    this.#lastError = null
  }

  async #post(seq: Seq, time: number, body: string): Promise<Pick<Delivery, 'status' | 'error'>> {
    const { id, url, secret } = this.#webhook
    const headers = signedHeaders(secret, messageId(id, seq), time, body)
    const attempt = new AbortController()
    this.#attempt = attempt
    const forget = this.#ports.timer(() => attempt.abort(), patience)
    try {
      const status = await this.#ports.send({ url, headers, body, signal: attempt.signal })
      const taken = status >= 200 && status < 300
      return { status, error: taken ? null : `the receiver answered ${status}` }
    } catch (error) {
      const late = attempt.signal.aborted
      return { status: null, error: late ? `the receiver did not answer within ${patience / 1_000} s` : words(error) }
    } finally {
      forget()
    }
  }

  async #save(cursor: Seq, delivery?: Delivery): Promise<void> {
    await this.#ports.save(this.#webhook.id, cursor, delivery)
    this.#cursor = cursor
    this.#saved = cursor
  }

  async #backOff(error: unknown): Promise<void> {
    this.#failures += 1
    this.#lastError = words(error)
    if (this.#failures === 1) this.#ports.failed(this.#webhook.id, this.#cursor, this.#lastError)
    const pause = backoff(this.#failures, this.#ports.random())
    this.#nextAttempt = this.#ports.now() + pause
    await this.#until((told) => this.#ports.timer(told, pause))
    this.#nextAttempt = null
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Settles when `begin` calls back, or when this is stopped. */
  #until(begin: (told: () => void) => () => void): Promise<void> {
    const { signal } = this.#stopping
    return new Promise((resolve) => {
      let forget = () => {}
      const done = () => {
        signal.removeEventListener('abort', done)
        forget()
        resolve()
      }
      signal.addEventListener('abort', done)
      forget = begin(done)
    })
  }
}

/** An error of several connections says nothing but its code. */
function words(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return (message || code || String(error)).slice(0, longestError)
}
