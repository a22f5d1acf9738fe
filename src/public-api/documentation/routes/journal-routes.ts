// The routes of the journal, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { seqText } from '../../../wire/identifiers.ts'
import { headAnswer, importAnswer, journalHash } from '../../../wire/node.ts'
import { dryRunQuery, everyAnswer, json, problems } from '../route-parts.ts'
import { minimumSeqHeader } from './history-routes.ts'

const record = z.string().meta({ description: 'One record a line, as it stands in the journal.' })
const body = { 'application/x-ndjson': { schema: record } }
const exported = everyAnswer.extend({
  'Journal-Hash': journalHash.meta({
    description: 'The hash of the record that ends with Ledger-Seq: the last one here.',
  }),
})

export const journalRoutes = {
  getHead: createRoute({
    method: 'get',
    path: '/v1/journal/head',
    tags: ['Journal'],
    summary: "The journal's last record",
    request: { headers: minimumSeqHeader },
    responses: { 200: json('Its last seq and its hash.', headAnswer), ...problems(400, 503) },
  }),
  getJournal: createRoute({
    method: 'get',
    path: '/v1/journal',
    tags: ['Journal'],
    summary: 'The journal itself: the export',
    description:
      'Up to the head at the time of asking, then it ends. Where it can go no further the connection breaks: only an answer that came to its end, and whose last line has the hash of Journal-Hash, is whole.',
    request: {
      query: z.object({
        after: seqText.optional().meta({
          description: 'From the record that holds the next seq on. Without it from line 0, the genesis, on.',
        }),
      }),
    },
    responses: { 200: { description: 'Records.', headers: exported, content: body }, ...problems(400, 503) },
  }),
  postImport: createRoute({
    method: 'post',
    path: '/v1/import',
    tags: ['Journal'],
    summary: 'Take a whole journal into an empty ledger',
    description:
      'What GET /v1/journal told, from line 0 on, of any length. Each line is checked as surety verify does while it comes; then all of it becomes the ledger, with its own id, seqs and hashes, or nothing. Meanwhile the ledger is not ready (503).',
    request: { query: dryRunQuery, body: { required: true, content: body } },
    responses: {
      200: json('The last seq and its hash.', importAnswer),
      ...problems(400, 408, 412, 415, 503, 507),
    },
  }),
} as const satisfies Record<string, RouteConfig>
