// The headers by which a receiver knows an event and who sent it, as the Standard Webhooks specification has them.

import { createHmac } from 'node:crypto'
import type { Seq } from '../../actors/state-storage/messages.ts'

const prefix = 'whsec_'

export function newSecret(randomBytes: (size: number) => Uint8Array): string {
  return prefix + Buffer.from(randomBytes(32)).toString('base64')
}

/**
 * Always the same for an event, so that a receiver can tell a second delivery. A point separates the parts of what is
 * signed, and webhooks may have points in their names: one must not pass for the other.
 */
export function messageId(webhook: string, seq: Seq): string {
  return `${webhook.replaceAll('.', '%2E')}_${seq}`
}

/** `time` is that of the attempt, in milliseconds: receivers refuse what is some minutes old. */
export function signedHeaders(secret: string, id: string, time: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(time / 1_000))
  const key = Buffer.from(secret.slice(prefix.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
