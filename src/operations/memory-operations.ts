// Operations data in memory: gone at exit.

import type { Seq } from '../../actors/state-storage/messages.ts'
import type { KeptToken } from '../tokens/token.ts'
import type { Delivery, KeptDelivery, Webhook } from '../webhooks/webhook.ts'
import { keptDeliveries, type Operations } from './operations.ts'

interface Row {
  webhook: Webhook
  deliveries: readonly KeptDelivery[]
}

export class MemoryOperations implements Operations {
  readonly #rows = new Map<string, Row>()
  readonly #tokens = new Map<string, KeptToken>()

  async open(): Promise<readonly Webhook[]> {
    return Array.from(this.#rows.values(), ({ webhook }) => webhook)
  }

  async saveWebhook(webhook: Webhook): Promise<void> {
    this.#rows.set(webhook.id, { webhook, deliveries: this.#rows.get(webhook.id)?.deliveries ?? [] })
  }

  async deleteWebhook(id: string): Promise<void> {
    this.#rows.delete(id)
  }

  async saveProgress(id: string, cursor: Seq, delivery?: Delivery): Promise<void> {
    const row = this.#rows.get(id)
    if (row === undefined) return
    row.webhook = { ...row.webhook, cursor }
    if (delivery === undefined) return
    const number = (row.deliveries[0]?.number ?? 0) + 1
    row.deliveries = [{ number, ...delivery }, ...row.deliveries].slice(0, keptDeliveries)
  }

  async deliveries(id: string): Promise<readonly KeptDelivery[]> {
    return this.#rows.get(id)?.deliveries ?? []
  }

  async tokens(): Promise<readonly KeptToken[]> {
    return [...this.#tokens.values()]
  }

  async saveToken(token: KeptToken): Promise<void> {
    this.#tokens.set(token.id, token)
  }

  async deleteToken(id: string): Promise<void> {
    this.#tokens.delete(id)
  }

  async close(): Promise<void> {}
}
