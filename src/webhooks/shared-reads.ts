// Webhooks that have come equally far read the same events: they are read and rendered once, not once for each.

import type { Seq } from '../../actors/state-storage/messages.ts'
import type { WebhookEvent } from './event.ts'

type Read = (after: Seq, limit: number) => Promise<readonly WebhookEvent[]>

/** Keeps the last page that was asked for. Events never change: a page that holds one is as good later. */
export function sharedReads(read: Read): Read {
  let latest: { readonly after: Seq; readonly events: ReturnType<Read> } | undefined
  return async (after, limit) => {
    if (latest?.after === after) {
      const events = await latest.events
      if (events.length > 0) return events.slice(0, limit)
    }
    const reading = { after, events: read(after, limit) }
    latest = reading
    reading.events.catch(() => {
      if (latest === reading) latest = undefined // whoever asks again tries again
    })
    return reading.events
  }
}
