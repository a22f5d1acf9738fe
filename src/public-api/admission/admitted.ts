// The wrappers around every handler but those of health: who is over a rate, or comes when all is full, is told so at once.

import type { Context, Handler } from 'hono'
import type { Rejection } from '../../throttle/throttler.ts'
import type { Problem } from '../answer/problem.ts'
import type { Admission } from './admission.ts'
import { type Lane, readsHistory } from './lanes.ts'
import { retryAfterSeconds } from './retry-after.ts'

type Tell = (path: string, problem: Problem) => Response

/** Around the door: before anybody looks at the token. */
export function atDoor(admission: Admission | undefined, lane: Lane, handler: Handler, tell: Tell): Handler {
  if (admission === undefined || lane === 'health') return handler
  return function handlerAtDoor(context, next) {
    const away = admission.turnsAwayAddress(addressOf(context))
    return away === undefined ? handler(context, next) : tell(context.req.path, problemOf(away))
  }
}

/** Behind the door, before the body is read: who sends it slowly holds no place of anybody. */
export function admitted(
  admission: Admission | undefined,
  lane: Lane,
  handler: Handler,
  { principal, tell }: { readonly principal: string; readonly tell: Tell },
): Handler {
  if (admission === undefined || lane === 'health') return handler
  const inLine =
    lane === 'reads' || lane === 'history' ? readingHistory(admission, lane, handler, principal, tell) : handler
  return function admittedHandler(context, next) {
    const away = admission.turnsAwayPrincipal(principal, lane)
    if (away !== undefined) return tell(context.req.path, problemOf(away))
    return inLine(context, next)
  }
}

/** Holds a place until the answer is there; one that streams has it then only begun, and holds it no longer. */
function readingHistory(admission: Admission, lane: Lane, handler: Handler, principal: string, tell: Tell): Handler {
  async function readingHandler(...[context, next]: Parameters<Handler>) {
    const place = admission.readHistory(principal)
    if (!place.admitted) return tell(context.req.path, problemOf(place))
    try {
      return await handler(context, next)
    } finally {
      place.release()
    }
  }
  return (context, next) =>
    readsHistory(lane, context.req.url) ? readingHandler(context, next) : handler(context, next)
}

/** Of the socket, whatever headers say: anybody can write them. Empty where there is no socket. */
function addressOf({ env }: Context): string {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }
  return incoming?.socket?.remoteAddress ?? ''
}

const details: Partial<Record<Rejection['reason'], string>> = {
  event_loop_delay: 'The server has fallen behind. Nothing happened.',
  line_full: 'Too many requests are waiting. Nothing happened.',
}

function problemOf({ reason, retryAfterMs }: Rejection): Problem {
  const retryAfter = retryAfterSeconds(retryAfterMs)
  const detail = details[reason]
  if (detail !== undefined) return { code: 'overloaded', detail, retryAfter }
  return { code: 'rate_limited', detail: 'More requests a second than are allowed. Nothing happened.', retryAfter }
}
