// What a webhook is, what became of its deliveries, and what PublicApi can ask for: the port between HTTP and this room.

import type { Seq } from '../../actors/state-storage/messages.ts'

export interface WebhookFilter {
  /** An event with one of these types passes. */
  readonly types?: readonly string[]
  /** An event that touches an account whose id begins so passes. */
  readonly accountPrefix?: string
}

/** As it is kept. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly filter: WebhookFilter | null
  /** `whsec_` and base64. It leaves this server once: in the answer to the request that had it made. */
  readonly secret: string
  readonly disabled: boolean
  /** The last seq that is handled: taken by the receiver, or dropped by the filter. */
  readonly cursor: Seq
}

/** One attempt. */
export interface Delivery {
  readonly seq: Seq
  /** When it began, in milliseconds since 1970. */
  readonly time: number
  /** From 1, of this event since it was first tried by this run of the server. */
  readonly attempt: number
  /** Null: there was no answer. */
  readonly status: number | null
  /** Null: the receiver took it. */
  readonly error: string | null
}

/** `number` counts the deliveries of a webhook from 1. */
export interface KeptDelivery extends Delivery {
  readonly number: number
}

/** As it is told: the secret is not in it. */
export interface WebhookView extends Omit<Webhook, 'secret'> {
  readonly state: 'delivering' | 'backing_off' | 'disabled'
  /** Milliseconds since 1970; null unless it backs off. */
  readonly nextAttempt: number | null
  /** Attempts that have failed since the last success. */
  readonly failures: number
  readonly lastError: string | null
}

/** What a client wants; what is left out is not set, but secret and cursor of a webhook that is there stay. */
export interface WebhookWish {
  readonly url: string
  readonly filter?: WebhookFilter
  readonly secret?: string
  readonly cursor?: Seq
  readonly disabled?: boolean
}

export interface WebhookPut {
  readonly view: WebhookView
  readonly created: boolean
  /** Only if the server made it just now. */
  readonly secret?: string
}

/** Nothing was changed. */
export type WebhookRefused =
  | { readonly refused: 'url'; readonly detail: string }
  | { readonly refused: 'too_many' | 'busy' | 'ended' | 'storage_full' }

export interface WebhookDesk {
  put(id: string, wish: WebhookWish): Promise<WebhookPut | WebhookRefused>
  get(id: string): WebhookView | undefined
  /** In the order of their ids. */
  list(): readonly WebhookView[]
  /** Whether it was there. */
  remove(id: string): Promise<boolean | WebhookRefused>
  /** Newest first, only so many as are kept; undefined if there is no such webhook. */
  deliveries(id: string): Promise<readonly KeptDelivery[] | WebhookRefused | undefined>
}
