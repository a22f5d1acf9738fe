// Which accounts a query asks for.

import type { AccountListPlace, AccountListQuery, AccountSumQuery } from '../../archive/accounts/account-lists.ts'
import type { Order } from '../../archive/history/history.ts'
import { isAsset, isId } from '../../wire/identifiers.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { pageShape, strangeCursor } from '../history/page.ts'

const metadataPrefix = 'metadata.'
const prefixForm = /^[A-Za-z0-9._:@-]{0,128}$/

export function accountListQuery(query: URLSearchParams): AccountListQuery | Problem {
  const wanted = sumQuery(query, ['limit', 'order', 'cursor'], metadataPrefix)
  if (isProblem(wanted)) return wanted
  // Ids have no newest: from the first to the last is what people read.
  const shape = pageShape(query, 'asc')
  if (isProblem(shape)) return shape
  const cursor = query.get('cursor')
  const after = cursor === null ? null : placeIn(cursor, shape.order)
  if (after === undefined || after?.[0].startsWith(wanted.prefix) === false) return strangeCursor
  const members = [...query].filter(([name]) => name.startsWith(metadataPrefix))
  const metadata = members.map(([name, value]) => [name.slice(metadataPrefix.length), value] as const)
  return { ...wanted, ...shape, after, metadata }
}

/** `others` are what the query may hold beside prefix and asset, and `otherPrefix` what those begin with that it may hold, too. */
export function sumQuery(
  query: URLSearchParams,
  others: readonly string[] = [],
  otherPrefix?: string,
): AccountSumQuery | Problem {
  const known = ['prefix', 'asset', ...others]
  const isKnown = (name: string) => known.includes(name) || (otherPrefix !== undefined && name.startsWith(otherPrefix))
  const unknown = [...query.keys()].find((name) => !isKnown(name))
  if (unknown !== undefined) {
    return { code: 'unknown_field', detail: `There is no query parameter '${unknown}' here.` }
  }
  const prefix = query.get('prefix') ?? ''
  if (!prefixForm.test(prefix)) return { code: 'invalid_id', detail: 'No account has an id that begins so.' }
  const asset = query.get('asset') ?? undefined
  if (asset !== undefined && !isAsset(asset)) {
    return { code: 'invalid_id', detail: 'An asset has no name of this form.' }
  }
  return { prefix, ...(asset !== undefined && { asset }) }
}

/** An id holds no `/`; an asset may. */
const cursorForm = /^accounts\/(asc|desc)\/([^/]+)\/(.+)$/

function placeIn(cursor: string, order: Order): AccountListPlace | undefined {
  const [, itsOrder, account = '', asset = ''] =
    cursorForm.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  return itsOrder === order && isId(account) && isAsset(asset) ? [account, asset] : undefined
}

export function accountCursor(order: Order, place: AccountListPlace | null): string | null {
  return place === null ? null : Buffer.from(`accounts/${order}/${place.join('/')}`).toString('base64url')
}
