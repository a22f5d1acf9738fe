// What a token must hold for each route. A route without a row does not compile.

import type { Scope } from '../../wire/door/token.ts'
import type { RouteName } from '../routes.ts'

export type RouteScope = Scope | 'public'

export const routeScopes: Readonly<Record<RouteName, RouteScope>> = {
  postTransfer: 'ledger:write',
  getTransfer: 'ledger:read',
  getTransfers: 'ledger:read',
  getEntries: 'ledger:read',
  getEvents: 'ledger:read',
  postPost: 'ledger:write',
  postVoid: 'ledger:write',
  postReverse: 'ledger:write',
  putAccount: 'ledger:write',
  patchAccount: 'ledger:write',
  postBatch: 'ledger:write',
  getAccount: 'ledger:read',
  getBalance: 'ledger:read',
  getAccounts: 'ledger:read',
  getSums: 'ledger:read',
  getHead: 'ledger:read',
  getJournal: 'ledger:read',
  getOriginBalance: 'ledger:read',
  postOriginTransfer: 'ledger:write',
  // They make the server call out, and their URLs may hold secrets of their own.
  putWebhook: 'admin',
  getWebhook: 'admin',
  deleteWebhook: 'admin',
  getWebhooks: 'admin',
  getDeliveries: 'admin',
  postImport: 'admin',
  postToken: 'admin',
  getTokens: 'admin',
  deleteToken: 'admin',
  // They tell nothing of the ledger but its seq.
  getLiveness: 'public',
  getReadiness: 'public',
  getOpenApi: 'public',
  getDocs: 'public',
}
