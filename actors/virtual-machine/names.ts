// The names that transactions take for ever, and the ids that the server makes. One place, so that none collides.

import type { Id, Seq } from '../state-storage/messages.ts'

/** The name of a client-made transfer id. */
export function transferName(id: string): Id {
  return `transfer/${id}`
}

/** The name of the end of a hold: whoever takes it has posted, voided or expired the hold, for nobody can take it again. */
export function settlementName(id: string): Id {
  return `settlement/${id}`
}

/** The name of the reversal of a transfer. */
export function reversalName(id: string): Id {
  return `reversal/${id}`
}

/**
 * The name of a request, or of one item of it. A principal's escaped form holds no `/` and an item's number neither, so
 * no two share a name; but the first item has the request's own, so that a key is used up whatever it came with.
 */
export function requestName({ principal, key, item }: { principal: string; key: string; item?: number }): Id {
  const scope = encodeURIComponent(principal)
  return item === undefined || item === 0 ? `request/${scope}/${key}` : `request-item/${scope}/${item}/${key}`
}

/** Server-made ids carry their seq, so that they need no entry in the id index; items of an atomic batch their number, too. */
export function serverMadeId(seq: Seq, item?: number): string {
  return item === undefined ? `tr_${seq}` : `tr_${seq}.${item}`
}

/** Ids of this form are the server's; a client may not choose one. */
export function isServerMade(id: string): boolean {
  return id.startsWith('tr_')
}

/** The seq in a server-made id; undefined if it is not one that the server could have made. */
export function seqOfServerMade(id: string): Seq | undefined {
  const seq = Number(/^tr_([1-9][0-9]{0,15})(\.(0|[1-9][0-9]{0,4}))?$/.exec(id)?.[1]) // NaN if that is not its form
  return Number.isSafeInteger(seq) ? seq : undefined
}
