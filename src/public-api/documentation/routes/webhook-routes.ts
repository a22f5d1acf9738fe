// The routes of webhooks, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { deliveryAnswer, webhookAnswer, webhookRequest } from '../../../wire/events/webhook.ts'
import { everyAnswer, json, named, problems } from '../route-parts.ts'

const webhook = named('Webhook', webhookAnswer)
const webhookPath = z.object({ id: webhookAnswer.shape.id })

function list<Schema extends z.ZodType>(item: Schema) {
  return z.strictObject({ data: z.array(item), next_cursor: z.string().nullable() })
}

export const webhookRoutes = {
  putWebhook: createRoute({
    method: 'put',
    path: '/v1/webhooks/{id}',
    tags: ['Webhooks'],
    summary: 'Have events posted to a URL',
    description:
      'In order, one at a time, each until the receiver takes it, signed as the Standard Webhooks specification says. What is not told is as if it had never been set, but secret and cursor stay.',
    request: {
      params: webhookPath,
      body: { required: true, content: { 'application/json': { schema: named('WebhookRequest', webhookRequest) } } },
    },
    responses: {
      200: json('It is changed.', webhook),
      201: json('It is made. A secret that the server made is told here, once.', webhook),
      ...problems(400, 403, 413, 415, 503, 507),
    },
  }),
  getWebhook: createRoute({
    method: 'get',
    path: '/v1/webhooks/{id}',
    tags: ['Webhooks'],
    summary: 'A webhook, and how its deliveries are going',
    request: { params: webhookPath },
    responses: { 200: json('The webhook, without its secret.', webhook), ...problems(400, 404, 503) },
  }),
  deleteWebhook: createRoute({
    method: 'delete',
    path: '/v1/webhooks/{id}',
    tags: ['Webhooks'],
    summary: 'Forget a webhook, its secret and its deliveries',
    request: { params: webhookPath },
    responses: { 204: { description: 'It is gone.', headers: everyAnswer }, ...problems(400, 404, 503, 507) },
  }),
  getWebhooks: createRoute({
    method: 'get',
    path: '/v1/webhooks',
    tags: ['Webhooks'],
    summary: 'All webhooks',
    description: 'On one page, in the order of their ids.',
    responses: { 200: json('Webhooks, without their secrets.', list(webhook)), ...problems(400, 503) },
  }),
  getDeliveries: createRoute({
    method: 'get',
    path: '/v1/webhooks/{id}/deliveries',
    tags: ['Webhooks'],
    summary: "A webhook's last attempts",
    description: 'The newest 200 are kept.',
    request: {
      params: webhookPath,
      query: z.object({
        limit: z.int().min(1).max(1_000).optional().meta({ description: 'Default 100.' }),
        order: z.enum(['asc', 'desc']).optional().meta({ description: 'Default desc: the newest first.' }),
        cursor: z.string().optional().meta({ description: 'The next_cursor of the page before.' }),
      }),
    },
    responses: { 200: json('Attempts.', list(named('Delivery', deliveryAnswer))), ...problems(400, 404, 503) },
  }),
} as const satisfies Record<string, RouteConfig>
