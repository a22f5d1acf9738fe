// The wrapper around every handler but those of health: who is over a rate, or comes when all is late, is told so at once.

import type { Context, Handler } from 'hono'
import type { Rejection } from '../../throttle/throttler.ts'
import type { Problem } from '../answer/problem.ts'
import type { Admission } from './admission.ts'
import type { Lane } from './lanes.ts'
import { retryAfterSeconds } from './retry-after.ts'

/** Before the body is read: who sends it slowly holds no place of anybody. */
export function admitted(
  admission: Admission | undefined,
  lane: Lane,
  handler: Handler,
  { principalOf, tell }: { principalOf(context: Context): string; tell(path: string, problem: Problem): Response },
): Handler {
  if (admission === undefined || lane === 'health') return handler
  return function admittedHandler(context, next) {
    const away = admission.turnsAway({ address: addressOf(context), principal: principalOf(context) })
    if (away !== undefined) return tell(context.req.path, problemOf(away))
    return admission.clients.run(context.req.raw, () => handler(context, next))
  }
}

/** Of the socket, whatever headers say: anybody can write them. Empty where there is no socket. */
function addressOf({ env }: Context): string {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }
  return incoming?.socket?.remoteAddress ?? ''
}

function problemOf({ reason, retryAfterMs }: Rejection): Problem {
  const retryAfter = retryAfterSeconds(retryAfterMs)
  if (reason === 'event_loop_delay') {
    return { code: 'overloaded', detail: 'The server has fallen behind. Nothing happened.', retryAfter }
  }
  return { code: 'rate_limited', detail: 'More requests a second than are allowed. Nothing happened.', retryAfter }
}
