// What the OpenAPI document says of tokens: the scheme, and for each route the scope and the answers without it.

import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import type { RouteScope } from '../door/route-scopes.ts'
import { originErrors, problems } from './route-parts.ts'

const scheme = 'bearer'

export function registerScheme({ openAPIRegistry }: OpenAPIHono): void {
  openAPIRegistry.registerComponent('securitySchemes', scheme, {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of POST /v1/tokens. As long as there is none, requests of this machine need none.',
  })
}

export function secured(route: RouteConfig, scope: RouteScope): RouteConfig {
  if (scope === 'public') return { ...route, security: [] }
  const errors = (route.path.startsWith('/api/') ? originErrors : problems)(401, 403)
  const description = [route.description, `Scope: ${scope}.`].filter((text) => text !== undefined).join(' ')
  return { ...route, description, security: [{ [scheme]: [scope] }], responses: { ...errors, ...route.responses } }
}
