// GET /v1/events: a page of events, or a stream of them that goes on.

import type { Context } from 'hono'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { type Desk, notOpen } from '../desk.ts'
import { cursorAt, malformed, type PageQuery, pageQuery, renderPage } from '../history/page.ts'
import { ledgerReached, minimumSeq, type Reached, seqIn } from '../history/reached.ts'
import { queryOf, unknownParameter } from '../request/query.ts'
import { EventStream } from './event-stream.ts'
import { type EventRange, eventsIn } from './read-events.ts'
import { mostSubscribers } from './subscribers.ts'

const streamType = 'text/event-stream'

export function getEvents(desk: Desk) {
  return async function getEvents({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const answer = wantsStream(raw) ? await eventStream(desk, raw, requestId) : await eventPage(desk, raw)
    if (answer instanceof Response) return answer
    if (isProblem(answer)) return problemResponse(answer, desk.ledger.head().seq, requestId)
    return new Response(answer.body, { headers: answerHeaders(jsonType, answer.seq, requestId) })
  }
}

function wantsStream({ headers }: Request): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(headers.get('accept') ?? '')
}

async function eventPage(desk: Desk, { url, headers }: Request) {
  const unknown = unknownParameter(url, ['after', 'limit', 'order', 'cursor'])
  if (unknown !== undefined) return unknown
  const query = queryOf(url) ?? new URLSearchParams()
  const page = pageQuery(query, 'events', 'asc')
  if (isProblem(page)) return page
  const after = seqNamed('after', query.get('after'))
  if (typeof after === 'object') return after
  const reached = await reachedFor(desk, headers)
  if (isProblem(reached)) return reached
  const range = rangeOf(page, after ?? 0, reached.seq)
  const events = await eventsIn(reached.history, range)
  const bodies = events.map(({ body }) => body)
  return {
    body: renderPage(bodies, cursorAt('events', page.order, nextAfter(events.at(-1)?.seq, range))),
    seq: reached.seq,
  }
}

/** The cursor of a page is the seq of its last event. */
function rangeOf({ limit, order, after: cursor }: PageQuery, after: Seq, seq: Seq): EventRange {
  const [last] = cursor ?? []
  if (order === 'asc') return { low: Math.max(after, last ?? 0) + 1, high: seq, order, limit }
  return { low: after + 1, high: Math.min(seq, (last ?? seq + 1) - 1), order, limit }
}

function nextAfter(last: Seq | undefined, { low, high, order }: EventRange): readonly number[] | null {
  if (last === undefined) return null
  return last === (order === 'asc' ? high : low) ? null : [last]
}

/** A Response, or why there is none. */
async function eventStream(desk: Desk, { url, headers, method }: Request, requestId: string) {
  const after = startOf(url, headers)
  if (typeof after === 'object') return after
  const reached = await reachedFor(desk, headers)
  if (isProblem(reached)) return reached
  const told = { ...answerHeaders(streamType, reached.seq, requestId), 'Cache-Control': 'no-store' }
  // Nobody would ever read or cancel the body of an answer to HEAD.
  if (method === 'HEAD') return new Response(null, { headers: told })
  const events = subscribe(desk, reached, after)
  return isProblem(events) ? events : new Response(events, { headers: { ...told, 'X-Accel-Buffering': 'no' } })
}

/** A client that comes back names its last event, whatever its URL says: that is how it began. */
function startOf(url: string, headers: Headers): Seq | Problem {
  const unknown = unknownParameter(url, ['after'])
  if (unknown !== undefined) return unknown
  const after = seqNamed('after', queryOf(url)?.get('after'))
  const last = seqNamed('Last-Event-ID', headers.get('last-event-id'))
  if (typeof after === 'object') return after
  return last ?? after ?? 0
}

function subscribe(desk: Desk, { history }: Reached, after: Seq): ReadableStream<Uint8Array> | Problem {
  if (desk.subscribers.isFull()) return tooMany
  const stream = new EventStream(history, desk.subscribers, after)
  const forget = desk.streams.add(() => stream.end())
  if (forget === undefined) return notOpen
  const unsubscribe = desk.subscribers.add(() => stream.beat())
  return stream.events(() => {
    unsubscribe()
    forget()
  })
}

const tooMany: Problem = {
  code: 'overloaded',
  detail: `The events are followed by ${mostSubscribers} connections already. Read them page by page, or come again later.`,
}

async function reachedFor(desk: Desk, headers: Headers): Promise<Reached | Problem> {
  const minimum = minimumSeq(headers)
  return typeof minimum === 'object' ? minimum : ledgerReached(desk, minimum)
}

function seqNamed(name: string, text: string | null | undefined): Seq | undefined | Problem {
  if (text === null || text === undefined || text === '') return undefined
  return seqIn(text) ?? malformed(`'${name}' is a seq: a number in digits.`)
}
