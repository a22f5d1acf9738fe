// The routes of lists, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { statementLine } from '../../../wire/account.ts'
import { accountId, asset, seqText } from '../../../wire/identifiers.ts'
import { transferAnswer } from '../../../wire/transfer.ts'
import { json, named, problems, transfer } from '../route-parts.ts'

export const minimumSeqHeader = z.object({
  'ledger-min-seq': seqText.optional().meta({ description: 'Waits up to 5 s until the answer can see this seq.' }),
})

const time = z.iso.datetime({ offset: true }).optional()

export const page = {
  limit: z.int().min(1).max(1_000).optional().meta({ description: 'Default 100.' }),
  order: z.enum(['asc', 'desc']).optional().meta({ description: 'Default desc: the newest first.' }),
  cursor: z.string().optional().meta({ description: 'The next_cursor of the page before, with the same query.' }),
}

export function list<Schema extends z.ZodType>(item: Schema) {
  return z.strictObject({
    data: z.array(item),
    next_cursor: z.string().nullable().meta({ description: 'null: this was the last page.' }),
  })
}

export const historyRoutes = {
  getEntries: createRoute({
    method: 'get',
    path: '/v1/accounts/{id}/entries',
    tags: ['Accounts'],
    summary: "An account's statement, with the running balance",
    description: 'What moved, in one asset. New entries change no page that goes on from a cursor.',
    request: {
      params: z.object({ id: accountId }),
      headers: minimumSeqHeader,
      query: z.object({ asset: asset.optional(), ...page }),
    },
    responses: {
      200: json('Statement lines.', list(named('StatementLine', statementLine))),
      ...problems(400, 503),
    },
  }),
  getTransfers: createRoute({
    method: 'get',
    path: '/v1/transfers',
    tags: ['Transfers'],
    summary: 'Transfers as they are now, by what is asked for',
    description:
      'A page may be shorter than limit, and even empty, and still have a next_cursor: a page looks at so many rows only. With account, and state not told or posted: what made entries in the asset (default UNIT), in their order. metadata.K=V wants member K of the metadata to be V.',
    request: {
      headers: minimumSeqHeader,
      query: z.object({
        account: accountId.optional().meta({ description: 'On either side.' }),
        asset: asset.optional().meta({ description: 'With account: default UNIT.' }),
        state: transferAnswer.shape.state.optional(),
        reference: z.string().optional(),
        since: time.meta({ description: 'The first time that counts.' }),
        until: time.meta({ description: 'The first time that does not count any more.' }),
        ...page,
      }),
    },
    responses: { 200: json('Transfers.', list(transfer)), ...problems(400, 503) },
  }),
} as const satisfies Record<string, RouteConfig>
