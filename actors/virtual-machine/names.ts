// The names that transactions take for ever, and the ids that the server makes. One place, so that none collides.

import type { Id, Seq } from '../state-storage/messages.ts'

/** The name of a client-made transfer id. */
export function transferName(id: string): Id {
  return `transfer/${id}`
}

/** The name of a request. A principal's escaped form holds no `/`, so no two pairs share a name. */
export function requestName(principal: string, key: string): Id {
  return `request/${encodeURIComponent(principal)}/${key}`
}

/** Server-made ids carry their seq, so that they need no entry in the id index. */
export function serverMadeId(seq: Seq): string {
  return `tr_${seq}`
}

/** Ids of this form are the server's; a client may not choose one. */
export function isServerMade(id: string): boolean {
  return id.startsWith('tr_')
}

/** The seq in a server-made id; undefined if it is not one that the server could have made. */
export function seqOfServerMade(id: string): Seq | undefined {
  const digits = /^tr_([1-9][0-9]{0,15})$/.exec(id)?.[1]
  if (digits === undefined) return undefined
  const seq = Number(digits)
  return Number.isSafeInteger(seq) ? seq : undefined
}
