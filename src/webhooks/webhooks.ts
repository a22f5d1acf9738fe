// All webhooks of a server: what is kept of each, and its loop. Changes come one at a time.

import type { Seq } from '../../actors/state-storage/messages.ts'
import { type Operations, OperationsFull } from '../operations/operations.ts'
import { Turns } from '../operations/turns.ts'
import { Deliverer, type DelivererPorts } from './deliverer.ts'
import { newSecret } from './signature.ts'
import type { Targets } from './targets.ts'
import type { Webhook, WebhookDesk, WebhookPut, WebhookRefused, WebhookView, WebhookWish } from './webhook.ts'

export interface WebhooksOptions extends Omit<DelivererPorts, 'save'> {
  readonly store: Operations
  readonly targets: Targets
  /** The last seq that the ledger holds. */
  readonly head: () => Seq
  readonly randomBytes: (size: number) => Uint8Array
  /** Told when the store fails other than for want of room. */
  readonly panic: (error: unknown) => void
}

/** Each has a loop, a connection and some events in memory, and looks at every event. */
const mostWebhooks = 100

interface Kept {
  readonly webhook: Webhook
  readonly deliverer: Deliverer
}

export class Webhooks implements WebhookDesk {
  readonly #options: WebhooksOptions
  readonly #kept = new Map<string, Kept>()
  readonly #ports: DelivererPorts
  /** Two changes of one webhook at once would start two loops for it. */
  readonly #turns = new Turns()

  constructor(options: WebhooksOptions) {
    this.#options = options
    const { store } = options
    this.#ports = { ...options, save: (...progress) => this.#sound(store.saveProgress(...progress)) }
  }

  /** Goes on where each was. Rejects with OperationsDamaged. */
  async start(): Promise<void> {
    for (const webhook of await this.#options.store.open()) this.#begin(webhook)
  }

  /** Ends every loop, with the attempts that are under way: they come again after the next start. */
  async end(): Promise<void> {
    const ended = this.#turns.end()
    for (const { deliverer } of this.#kept.values()) deliverer.stop()
    await ended
    await Promise.all(Array.from(this.#kept.values(), ({ deliverer }) => deliverer.ended))
    await this.#options.store.close()
  }

  put(id: string, wish: WebhookWish): Promise<WebhookPut | WebhookRefused> {
    return this.#turns.take(() => this.#put(id, wish))
  }

  get(id: string): WebhookView | undefined {
    return this.#kept.get(id)?.deliverer.view()
  }

  list(): readonly WebhookView[] {
    const views = Array.from(this.#kept.values(), ({ deliverer }) => deliverer.view())
    return views.sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  remove(id: string): Promise<boolean | WebhookRefused> {
    return this.#turns.take(async () => {
      const kept = this.#kept.get(id)
      if (kept === undefined) return false
      await this.#replacing(kept, () => this.#options.store.deleteWebhook(id))
      this.#kept.delete(id)
      return true
    })
  }

  async deliveries(id: string) {
    if (this.#turns.haveEnded) return { refused: 'ended' } as const
    return this.#kept.has(id) ? this.#sound(this.#options.store.deliveries(id)) : undefined
  }

  async #put(id: string, wish: WebhookWish): Promise<WebhookPut | WebhookRefused> {
    const detail = this.#options.targets.refusal(wish.url)
    if (detail !== undefined) return { refused: 'url', detail }
    const before = this.#kept.get(id)
    if (before === undefined && this.#kept.size >= mostWebhooks) return { refused: 'too_many' }
    const made = wish.secret === undefined && before === undefined ? newSecret(this.#options.randomBytes) : undefined
    before?.deliverer.stop() // before its cursor is read: afterwards it moves it no more
    const webhook: Webhook = {
      id,
      url: wish.url,
      filter: wish.filter ?? null,
      secret: wish.secret ?? before?.webhook.secret ?? made ?? '',
      disabled: wish.disabled ?? false,
      cursor: wish.cursor ?? before?.deliverer.cursor ?? this.#options.head(),
    }
    await this.#replacing(before, () => this.#options.store.saveWebhook(webhook))
    const view = this.#begin(webhook)
    return { view, created: before === undefined, ...(made !== undefined && { secret: made }) }
  }

  /** Stops the loop; if the change can't be kept, the webhook goes on as it was. */
  async #replacing(before: Kept | undefined, change: () => Promise<void>): Promise<void> {
    before?.deliverer.stop()
    try {
      await this.#sound(change())
    } catch (error) {
      if (before !== undefined) this.#begin({ ...before.webhook, cursor: before.deliverer.cursor })
      throw error
    }
  }

  #begin(webhook: Webhook): WebhookView {
    const deliverer = new Deliverer(webhook, this.#ports)
    this.#kept.set(webhook.id, { webhook, deliverer })
    if (this.#turns.haveEnded) deliverer.stop()
    deliverer.ended.catch(this.#options.panic)
    return deliverer.view()
  }

  /** What the store holds is unknown after an error that it does not explain. */
  async #sound<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof OperationsFull)) this.#options.panic(error)
      throw error
    }
  }
}
