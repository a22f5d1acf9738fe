// A page of a list: how long, in which order, from where on, and how it is told.

import type { Order } from '../../archive/history/history.ts'
import { isTime } from '../../wire/time.ts'
import { isProblem, type Problem } from '../answer/problem.ts'

/** Which list a cursor goes on with. */
type List = 'entries' | 'transfers' | 'account-transfers' | 'events' | 'deliveries'

export interface PageQuery {
  readonly limit: number
  readonly order: Order
  /** What the cursor tells; without one it is null. */
  readonly after: readonly number[] | null
}

const limitForm = /^([1-9][0-9]{0,2}|1000)$/

export function pageQuery(query: URLSearchParams, list: List, usual: Order = 'desc'): PageQuery | Problem {
  const shape = pageShape(query, usual)
  if (isProblem(shape)) return shape
  const cursor = query.get('cursor')
  const after = cursor === null ? null : placeIn(cursor, list, shape.order)
  return after === undefined ? strangeCursor : { ...shape, after }
}

export const strangeCursor = malformed("'cursor' is the next_cursor of this list in this order.")

/** How long, and in which order; `usual` if it is not told. */
export function pageShape(query: URLSearchParams, usual: Order): Pick<PageQuery, 'limit' | 'order'> | Problem {
  const limit = query.get('limit') ?? '100'
  if (!limitForm.test(limit)) return malformed("'limit' is a number from 1 to 1000.")
  const order = query.get('order') ?? usual
  if (order !== 'asc' && order !== 'desc') return malformed("'order' is 'asc' or 'desc'.")
  return { limit: Number(limit), order }
}

export function malformed(detail: string): Problem {
  return { code: 'malformed_request', detail }
}

/** A time in the query, in milliseconds; undefined if it is not there. */
export function timeIn(query: URLSearchParams, name: string): number | undefined | Problem {
  const text = query.get(name)
  if (text === null) return undefined
  if (!isTime(text)) return malformed(`'${name}' is a time as RFC 3339 writes it, such as 2024-01-01T00:00:00Z.`)
  return Date.parse(text)
}

export function cursorAt(list: List, order: Order, place: readonly number[] | null): string | null {
  return place === null ? null : Buffer.from(`${list}/${order}/${place.join('.')}`).toString('base64url')
}

const places: Readonly<Record<List, RegExp>> = {
  entries: /^[1-9][0-9]{0,15}$/,
  events: /^[1-9][0-9]{0,15}$/,
  'account-transfers': /^[1-9][0-9]{0,15}$/,
  deliveries: /^[1-9][0-9]{0,15}$/,
  transfers: /^[1-9][0-9]{0,15}\.(0|[1-9][0-9]{0,4})$/,
}

function placeIn(cursor: string, list: List, order: Order): readonly number[] | undefined {
  const [itsList, itsOrder, place = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split('/')
  if (itsList !== list || itsOrder !== order || !places[list].test(place)) return undefined
  const numbers = place.split('.').map(Number)
  const isPlace = numbers.every((number) => Number.isSafeInteger(number)) && (numbers[1] ?? 0) < 65_536
  return isPlace ? numbers : undefined
}

/** `items` are JSON. */
export function renderPage(items: readonly string[], cursor: string | null): string {
  return `{"data":[${items.join(',')}],"next_cursor":${cursor === null ? 'null' : `"${cursor}"`}}`
}
