// The routes of lists and sums of accounts, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { assetSum } from '../../../wire/account.ts'
import { asset } from '../../../wire/identifiers.ts'
import { json, named, problems } from '../route-parts.ts'
import { account } from './account-routes.ts'
import { list, minimumSeqHeader, page } from './history-routes.ts'

const wanted = {
  prefix: z.string().max(128).optional().meta({ description: 'What the ids begin with.', example: 'users:' }),
  asset: asset.optional().meta({ description: 'Without it all assets.' }),
}

export const accountListRoutes = {
  getAccounts: createRoute({
    method: 'get',
    path: '/v1/accounts',
    tags: ['Accounts'],
    summary: 'Accounts as they are now, by prefix, asset and metadata',
    description:
      'One item for each account and asset that was ever changed, by id, then by asset. All of a page is as of its Ledger-Seq. A page may be shorter than limit, and even empty, and still have a next_cursor: a page looks at so many rows only. metadata.K=V wants member K of the metadata to be V.',
    request: {
      headers: minimumSeqHeader,
      query: z.object({
        ...wanted,
        ...page,
        order: page.order.meta({ description: 'Default asc: ids have no newest.' }),
      }),
    },
    responses: { 200: json('Accounts.', list(account)), ...problems(400, 503) },
  }),
  getSums: createRoute({
    method: 'get',
    path: '/v1/balances:sum',
    tags: ['Accounts'],
    summary: 'Sums of balances, one an asset',
    description: 'All of it is as of its Ledger-Seq. Of all accounts of an asset together, posted is 0.',
    request: { headers: minimumSeqHeader, query: z.object(wanted) },
    responses: {
      200: json('Sums.', z.strictObject({ data: z.array(named('AssetSum', assetSum)) })),
      ...problems(400, 503),
    },
  }),
} as const satisfies Record<string, RouteConfig>
