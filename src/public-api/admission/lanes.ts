// Which lane each route goes in: who waits for whom when there is more to do than can be done.

import type { RouteName } from '../routes.ts'

/**
 * `health` is never limited. `reads` and `singles` share the slots before the VirtualMachine by turns; `bulk` is counted in
 * transfers and has units of its own, and `history`, what the archive is read for, has places of its own, so that none of
 * them can shut out another. `direct` waits for none of that: an admin can revoke a token whatever waits.
 */
export type Lane = 'health' | 'direct' | 'reads' | 'singles' | 'bulk' | 'history'

/** A route without a lane does not compile. */
export const lanes: Readonly<Record<RouteName, Lane>> = {
  postTransfer: 'singles',
  getTransfer: 'history',
  getTransfers: 'history',
  getEntries: 'history',
  getEvents: 'history',
  putWebhook: 'direct',
  getWebhook: 'direct',
  deleteWebhook: 'direct',
  getWebhooks: 'direct',
  getDeliveries: 'history',
  postPost: 'singles',
  postVoid: 'singles',
  postReverse: 'singles',
  putAccount: 'singles',
  patchAccount: 'singles',
  postBatch: 'bulk',
  getAccount: 'reads',
  getBalance: 'reads',
  getAccounts: 'history',
  getSums: 'history',
  getHead: 'direct',
  getJournal: 'bulk',
  postImport: 'bulk',
  postToken: 'direct',
  getTokens: 'direct',
  deleteToken: 'direct',
  getOriginBalance: 'reads',
  postOriginTransfer: 'singles',
  getLiveness: 'health',
  getReadiness: 'health',
  getOpenApi: 'direct',
  getDocs: 'direct',
}

/** A balance as it was is asked at the route of the one that is. */
export function readsHistory(lane: Lane, url: string): boolean {
  return lane === 'history' || (lane === 'reads' && /[?&]as_of/.test(url))
}
