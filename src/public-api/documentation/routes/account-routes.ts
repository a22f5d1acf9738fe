// The routes of accounts, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { accountAnswer, balanceAnswer, pastBalanceAnswer } from '../../../wire/account.ts'
import { accountId, asset, seqText } from '../../../wire/identifiers.ts'
import { settingsPatch, settingsRequest } from '../../../wire/settings.ts'
import { dryRunQuery, everyAnswer, idempotencyKey, json, named, problems, replayable } from '../route-parts.ts'
import { minimumSeqHeader } from './history-routes.ts'

export const account = named('Account', accountAnswer)
const balance = named('Balance', balanceAnswer)
const pastBalance = named('PastBalance', pastBalanceAnswer)
const patch = named('SettingsPatch', settingsPatch)
const assetQuery = z.object({ asset: asset.optional() })
const momentQuery = assetQuery.extend({
  as_of: z.iso.datetime({ offset: true }).optional().meta({ description: 'The last time that counts.' }),
  as_of_seq: seqText.optional().meta({ description: 'The last seq that counts.' }),
})
const accountPath = z.object({ id: accountId })

const revision = { ETag: z.string().optional().meta({ example: '"3"' }) }
const withRevision = everyAnswer.extend(revision)
const replayableRevision = replayable.extend(revision)

const settingsHeaders = idempotencyKey.extend({
  'if-match': z.string().optional().meta({ description: 'The ETag that was read before, or `*`.', example: '"3"' }),
})

export const accountRoutes = {
  putAccount: createRoute({
    method: 'put',
    path: '/v1/accounts/{id}',
    tags: ['Accounts'],
    summary: "Set an account's limits, state and metadata",
    description: 'Limits and `closed` hold for the asset, metadata for the account. What is not told is taken away.',
    request: {
      params: accountPath,
      headers: settingsHeaders,
      query: dryRunQuery,
      body: { required: true, content: { 'application/json': { schema: named('SettingsRequest', settingsRequest) } } },
    },
    responses: {
      200: json('The account.', account, replayableRevision),
      ...problems(400, 412, 413, 415, 422, 503, 507),
    },
  }),
  patchAccount: createRoute({
    method: 'patch',
    path: '/v1/accounts/{id}',
    tags: ['Accounts'],
    summary: "Change some of an account's settings",
    description: 'A merge patch (RFC 7396): what is not told stays, null takes away.',
    request: {
      params: accountPath,
      headers: settingsHeaders,
      query: dryRunQuery,
      body: {
        required: true,
        content: {
          'application/json': { schema: patch },
          'application/merge-patch+json': { schema: patch },
        },
      },
    },
    responses: {
      200: json('The account.', account, replayableRevision),
      ...problems(400, 412, 413, 415, 422, 503, 507),
    },
  }),
  getAccount: createRoute({
    method: 'get',
    path: '/v1/accounts/{id}',
    tags: ['Accounts'],
    summary: 'An account in one asset',
    description: 'An account that was never used reads as zeros.',
    request: { params: accountPath, headers: minimumSeqHeader, query: assetQuery },
    responses: { 200: json('The account.', account, withRevision), ...problems(400, 503) },
  }),
  getBalance: createRoute({
    method: 'get',
    path: '/v1/accounts/{id}/balance',
    tags: ['Accounts'],
    summary: "An account's balance in one asset, now or as of a time or seq",
    description: 'Of the past only what was posted is told.',
    request: { params: accountPath, headers: minimumSeqHeader, query: momentQuery },
    responses: { 200: json('The balance.', z.union([balance, pastBalance])), ...problems(400, 503) },
  }),
} as const satisfies Record<string, RouteConfig>
