// An event as deliverers see it, and whether a webhook wants it.

import type { Seq } from '../../actors/state-storage/messages.ts'
import type { WebhookFilter } from './webhook.ts'

export interface WebhookEvent {
  readonly seq: Seq
  readonly types: readonly string[]
  /** The ids of the accounts that it touches. */
  readonly accounts: readonly string[]
  /** JSON. */
  readonly body: string
}

export function passes(filter: WebhookFilter | null, { types, accounts }: WebhookEvent): boolean {
  if (filter?.types !== undefined && !types.some((type) => filter.types?.includes(type))) return false
  const prefix = filter?.accountPrefix
  return prefix === undefined || accounts.some((account) => account.startsWith(prefix))
}
