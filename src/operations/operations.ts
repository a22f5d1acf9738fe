// What a server must remember that is no part of the ledger: tokens, and webhooks with their secrets and cursors. A port; adapters are beside it.

import type { Seq } from '../../actors/state-storage/messages.ts'
import type { Delivery, KeptDelivery, Webhook } from '../webhooks/webhook.ts'
import type { TokenStore } from './token-store.ts'

/** All that is answered is durable. */
export interface Operations extends TokenStore {
  /** All webhooks, as they were kept. Rejects with OperationsDamaged. Called once. */
  open(): Promise<readonly Webhook[]>
  /** New, or in the place of the one with its id. Rejects with OperationsFull. */
  saveWebhook(webhook: Webhook): Promise<void>
  /** With its deliveries. */
  deleteWebhook(id: string): Promise<void>
  /** Nothing if the webhook is not there. Rejects with OperationsFull. */
  saveProgress(id: string, cursor: Seq, delivery?: Delivery): Promise<void>
  /** The newest `keptDeliveries`, newest first. */
  deliveries(id: string): Promise<readonly KeptDelivery[]>
  close(): Promise<void>
}

/** Of one webhook: enough to see what a receiver does; the events themselves are in the ledger. */
export const keptDeliveries = 200

/** There was no room. Nothing was changed. */
export class OperationsFull extends Error {
  override readonly name = 'OperationsFull'
}

/** What is on the disk is not what was written. It is nowhere else, so it can't be made anew. */
export class OperationsDamaged extends Error {
  override readonly name = 'OperationsDamaged'
}
