// Where each route is. What it takes and answers stands in routes.ts: of that only the documents are made, in another thread.

import type { RouteName, routes } from './routes.ts'

/** One that says other than its route does not compile. */
type Places = { readonly [Name in RouteName]: Pick<(typeof routes)[Name], 'method' | 'path'> }

export const places: Places = {
  postTransfer: { method: 'post', path: '/v1/transfers' },
  getTransfer: { method: 'get', path: '/v1/transfers/{id}' },
  postPost: { method: 'post', path: '/v1/transfers/{id}/post' },
  postVoid: { method: 'post', path: '/v1/transfers/{id}/void' },
  postReverse: { method: 'post', path: '/v1/transfers/{id}/reverse' },
  postBatch: { method: 'post', path: '/v1/batches' },
  putAccount: { method: 'put', path: '/v1/accounts/{id}' },
  patchAccount: { method: 'patch', path: '/v1/accounts/{id}' },
  getAccount: { method: 'get', path: '/v1/accounts/{id}' },
  getBalance: { method: 'get', path: '/v1/accounts/{id}/balance' },
  getEntries: { method: 'get', path: '/v1/accounts/{id}/entries' },
  getTransfers: { method: 'get', path: '/v1/transfers' },
  getEvents: { method: 'get', path: '/v1/events' },
  getAccounts: { method: 'get', path: '/v1/accounts' },
  getSums: { method: 'get', path: '/v1/balances:sum' },
  putWebhook: { method: 'put', path: '/v1/webhooks/{id}' },
  getWebhook: { method: 'get', path: '/v1/webhooks/{id}' },
  deleteWebhook: { method: 'delete', path: '/v1/webhooks/{id}' },
  getWebhooks: { method: 'get', path: '/v1/webhooks' },
  getDeliveries: { method: 'get', path: '/v1/webhooks/{id}/deliveries' },
  getHead: { method: 'get', path: '/v1/journal/head' },
  getJournal: { method: 'get', path: '/v1/journal' },
  postImport: { method: 'post', path: '/v1/import' },
  postToken: { method: 'post', path: '/v1/tokens' },
  getTokens: { method: 'get', path: '/v1/tokens' },
  deleteToken: { method: 'delete', path: '/v1/tokens/{id}' },
  getOriginBalance: { method: 'get', path: '/api/balance' },
  postOriginTransfer: { method: 'post', path: '/api/transfer' },
  getLiveness: { method: 'get', path: '/livez' },
  getReadiness: { method: 'get', path: '/readyz' },
  getOpenApi: { method: 'get', path: '/v1/openapi.json' },
  getDocs: { method: 'get', path: '/docs' },
}
