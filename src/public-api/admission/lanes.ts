// Which lane each route goes in: who waits for whom when there is more to do than can be done.

import type { RouteConfig } from '@hono/zod-openapi'
import { originErrors, problems } from '../documentation/route-parts.ts'
import type { RouteName } from '../routes.ts'

/**
 * `health` is never limited. `reads` and `singles` share the slots before the VirtualMachine by turns; `bulk` is counted in
 * transfers and has units of its own, so that none of them can shut out another.
 */
export type Lane = 'health' | 'reads' | 'singles' | 'bulk'

/** A route without a lane does not compile. */
export const lanes: Readonly<Record<RouteName, Lane>> = {
  postTransfer: 'singles',
  getTransfer: 'reads',
  getTransfers: 'reads',
  getEntries: 'reads',
  getEvents: 'reads',
  putWebhook: 'singles',
  getWebhook: 'reads',
  deleteWebhook: 'singles',
  getWebhooks: 'reads',
  getDeliveries: 'reads',
  postPost: 'singles',
  postVoid: 'singles',
  postReverse: 'singles',
  putAccount: 'singles',
  patchAccount: 'singles',
  postBatch: 'bulk',
  getAccount: 'reads',
  getBalance: 'reads',
  getAccounts: 'reads',
  getSums: 'reads',
  getHead: 'reads',
  getJournal: 'bulk',
  postImport: 'bulk',
  postToken: 'singles',
  getTokens: 'reads',
  deleteToken: 'singles',
  getOriginBalance: 'reads',
  postOriginTransfer: 'singles',
  getLiveness: 'health',
  getReadiness: 'health',
  getOpenApi: 'reads',
  getDocs: 'reads',
}

/** The route as the document tells it: whatever has a rate may be answered 429. */
export function limited(route: RouteConfig, lane: Lane): RouteConfig {
  if (lane === 'health') return route
  const told = route.path.startsWith('/api/') ? originErrors(429) : problems(429)
  return { ...route, responses: { ...route.responses, ...told } }
}
