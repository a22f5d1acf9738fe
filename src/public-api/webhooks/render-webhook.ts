// How webhooks and their deliveries are told. The secret is told by whoever made it, and by nobody else.

import type { KeptDelivery, WebhookView, WebhookWish } from '../../webhooks/webhook.ts'
import type { DeliveryAnswer, WebhookAnswer, WebhookRequest } from '../../wire/events/webhook.ts'

export function renderWebhook(view: WebhookView, secret?: string): string {
  const { id, url, filter, disabled, cursor, state, failures, nextAttempt, lastError } = view
  const answer: WebhookAnswer = {
    id,
    url,
    filter: filter === null ? null : filterAnswer(filter),
    disabled,
    cursor: String(cursor),
    state,
    failures,
    next_attempt_at: nextAttempt === null ? null : new Date(nextAttempt).toISOString(),
    last_error: lastError,
    ...(secret !== undefined && { secret }),
  }
  return JSON.stringify(answer)
}

export function renderDelivery({ number, seq, attempt, time, status, error }: KeptDelivery): string {
  const attempted_at = new Date(time).toISOString()
  const answer: DeliveryAnswer = { number, seq: String(seq), attempt, attempted_at, status, error }
  return JSON.stringify(answer)
}

/** What a request's body wishes. */
export function wishOf({ url, filter, secret, cursor, disabled }: WebhookRequest): WebhookWish {
  return {
    url,
    ...(filter !== undefined && { filter: filterWish(filter) }),
    ...(secret !== undefined && { secret }),
    ...(cursor !== undefined && { cursor: Number(cursor) }),
    ...(disabled !== undefined && { disabled }),
  }
}

function filterAnswer({ types, accountPrefix }: NonNullable<WebhookView['filter']>): WebhookAnswer['filter'] {
  return {
    // They came through the same schema.
    ...(types !== undefined && { types: [...types] as NonNullable<NonNullable<WebhookAnswer['filter']>['types']> }),
    ...(accountPrefix !== undefined && { account_prefix: accountPrefix }),
  }
}

function filterWish({ types, account_prefix }: NonNullable<WebhookRequest['filter']>) {
  return {
    ...(types !== undefined && { types }),
    ...(account_prefix !== undefined && { accountPrefix: account_prefix }),
  }
}
