// The OpenAPI document, and the page that shows it. Some 200 ms of work at once: not for a thread that others wait for.

import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import { type Lane, lanes } from '../admission/lanes.ts'
import { routeScopes } from '../door/route-scopes.ts'
import { type RouteName, routes } from '../routes.ts'
import { docsPage } from './docs-page.ts'
import type { Documents } from './documents.ts'
import { originErrors, problems } from './route-parts.ts'
import { registerScheme, secured } from './secured.ts'

/** `version` is the server's. */
export function makeDocuments(version: string): Documents {
  const document = openApiDocument(version)
  return { openApi: bytesOf(JSON.stringify(document)), page: bytesOf(docsPage(document)) }
}

function openApiDocument(version: string): object {
  const app = new OpenAPIHono()
  registerScheme(app)
  for (const name of Object.keys(routes) as RouteName[]) {
    app.openAPIRegistry.registerPath(secured(limited(routes[name], lanes[name]), routeScopes[name]))
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Surety', version, description: "The ledger server that isn't allowed to fail." },
  })
}

/** Whatever has a rate may be answered 429. */
function limited(route: RouteConfig, lane: Lane): RouteConfig {
  if (lane === 'health') return route
  const told = route.path.startsWith('/api/') ? originErrors(429) : problems(429)
  return { ...route, responses: { ...route.responses, ...told } }
}

/** Of a buffer that is theirs alone, so that it can be handed to another thread. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
