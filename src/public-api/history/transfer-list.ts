// Which transfers a query asks for.

import { isAsset, isId } from '../../wire/identifiers.ts'
import type { TransferAnswer } from '../../wire/transfer.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { malformed, type PageQuery, pageQuery, timeIn } from './page.ts'

export type State = TransferAnswer['state']

export interface TransferList {
  readonly account: string | undefined
  readonly asset: string | undefined
  readonly state: State | undefined
  readonly times: { readonly since?: number; readonly until?: number }
  readonly details: {
    readonly reference?: string
    readonly metadata?: readonly (readonly [key: string, value: string])[]
  }
  readonly page: PageQuery
}

const known = ['account', 'asset', 'state', 'reference', 'since', 'until', 'limit', 'order', 'cursor']
const states: readonly string[] = ['pending', 'posted', 'voided', 'expired', 'refused'] satisfies readonly State[]
const metadataPrefix = 'metadata.'

export function transferList(query: URLSearchParams): TransferList | Problem {
  const unknown = [...query.keys()].find((name) => !known.includes(name) && !name.startsWith(metadataPrefix))
  if (unknown !== undefined) {
    return { code: 'unknown_field', detail: `There is no query parameter '${unknown}' here.` }
  }
  const [account, asset, state] = ['account', 'asset', 'state'].map((name) => query.get(name) ?? undefined)
  if (account !== undefined && !isId(account)) {
    return { code: 'invalid_id', detail: 'An account has no id of this form.' }
  }
  if (asset !== undefined && !isAsset(asset)) {
    return { code: 'invalid_id', detail: 'An asset has no name of this form.' }
  }
  if (state !== undefined && !states.includes(state)) return malformed(`'state' is one of ${states.join(', ')}.`)
  const times = timesIn(query)
  if (isProblem(times)) return times
  const isAlongAccount = account !== undefined && (state === undefined || state === 'posted')
  const page = pageQuery(query, isAlongAccount ? 'account-transfers' : 'transfers')
  if (isProblem(page)) return page
  return { account, asset, state: state as State | undefined, times, details: detailsIn(query), page }
}

function timesIn(query: URLSearchParams): TransferList['times'] | Problem {
  const since = timeIn(query, 'since')
  if (typeof since === 'object') return since
  const until = timeIn(query, 'until')
  if (typeof until === 'object') return until
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) }
}

function detailsIn(query: URLSearchParams): TransferList['details'] {
  const reference = query.get('reference')
  const metadata = [...query].filter(([name]) => name.startsWith(metadataPrefix))
  return {
    ...(reference !== null && { reference }),
    ...(metadata.length > 0 && {
      metadata: metadata.map(([name, value]) => [name.slice(metadataPrefix.length), value] as const),
    }),
  }
}
