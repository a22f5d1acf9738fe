// The route of events, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { eventAnswer } from '../../../wire/events/event.ts'
import { seqText } from '../../../wire/identifiers.ts'
import { json, named, problems } from '../route-parts.ts'
import { minimumSeqHeader } from './history-routes.ts'

const event = named('Event', eventAnswer)

const page = z.strictObject({
  data: z.array(event),
  next_cursor: z.string().nullable().meta({ description: 'null: this was the last page.' }),
})

const answer = json('A page of events, or with Accept: text/event-stream a stream of them that goes on.', page)

export const eventRoutes = {
  getEvents: createRoute({
    method: 'get',
    path: '/v1/events',
    tags: ['Events'],
    summary: 'What the ledger has decided, one event a seq, in order',
    description:
      'An event never changes: it tells what was decided as it was then. A page may be shorter than limit and still have a next_cursor, for it is bounded in bytes, too. As a stream (only with after): the id of each event is its seq, its data the JSON of one event; a comment each 15 s; Last-Event-ID wins over after.',
    request: {
      headers: minimumSeqHeader.extend({
        'last-event-id': seqText.optional().meta({ description: 'Of a stream: the last event that was received.' }),
      }),
      query: z.object({
        after: seqText
          .optional()
          .meta({ description: 'Only what came after this seq. Default 0: from the beginning.' }),
        limit: z.int().min(1).max(1_000).optional().meta({ description: 'Default 100.' }),
        order: z.enum(['asc', 'desc']).optional().meta({ description: 'Default asc: the oldest first.' }),
        cursor: z.string().optional().meta({ description: 'The next_cursor of the page before, with the same query.' }),
      }),
    },
    responses: {
      200: { ...answer, content: { ...answer.content, 'text/event-stream': { schema: z.string() } } },
      ...problems(400, 503),
    },
  }),
} as const satisfies Record<string, RouteConfig>
