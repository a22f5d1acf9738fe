// What was seen from outside: calls with the times of asking and answering, and what the answers told.

import type { BalanceTold, Command, SettingsAsked } from '../commands/command.ts'

/** What changes nothing. A name is `account asset`. */
export type Read =
  | { readonly kind: 'balance'; readonly name: string }
  | { readonly kind: 'account'; readonly account: string; readonly asset: string }
  | { readonly kind: 'look-up'; readonly transfer: string }

export type Asked = Command | Read

export interface Call {
  /** Who asked. On one connection the next call begins after the answer to the one before. */
  readonly connection: number
  /** Monotonic, in milliseconds; the same clock for all calls. */
  readonly invoked: number
  /** When the answer was whole; infinity when it never came. */
  readonly completed: number
  readonly asked: Asked
  /** Undefined: nobody knows whether it happened. */
  readonly told: Told | undefined
}

export interface Told {
  readonly status: number
  readonly ledgerSeq: number
  /** Whether the answer says that it tells what had happened before. */
  readonly replayed: boolean
  /** Stands for status and body, byte for byte. */
  readonly digest: string
  /** One; of a batch that happened, one an item. */
  readonly parts: readonly Part[]
}

/** An origin's answer tells less than others: only what is told is compared. */
export interface Part {
  readonly seq?: number
  readonly code?: string
  /** The number of the item for which an atomic batch was refused. */
  readonly item?: number
  readonly id?: string
  readonly state?: string
  /** By name, `account asset`. */
  readonly balances: Readonly<Record<string, Partial<BalanceTold>>>
  readonly settings?: Omit<SettingsAsked, 'asset' | 'metadata'>
  readonly metadata?: Readonly<Record<string, string>>
  /** Of the metadata: what the ETag tells. */
  readonly revision?: number
}

export function isRead(asked: Asked): asked is Read {
  return asked.kind === 'balance' || asked.kind === 'account' || asked.kind === 'look-up'
}

/**
 * How much of it an answer tells that is checked: each item of a batch with what it told of itself and of its accounts,
 * anything else as one. Not counted are calls without an answer, failures, and refused items of an independent batch.
 */
export function operationsIn({ asked, told }: Pick<Call, 'asked' | 'told'>): number {
  if (told === undefined || isFailure(told)) return 0
  if (asked.kind !== 'batch' || told.replayed || told.status >= 400) return 1
  return told.parts.reduce((sum, { seq }) => sum + (seq === undefined ? 0 : 1), 0)
}

/** Failures tell that nothing happened, and that asking again is right. */
export function isFailure({ status }: Told): boolean {
  return status === 429 || status >= 500
}

export function described({ connection, invoked, completed, asked, told }: Call): string {
  const text = JSON.stringify(asked)
  const what = text.length > 300 ? `${text.slice(0, 300)}…` : text
  const times = `${invoked.toFixed(3)}–${completed.toFixed(3)} ms`
  if (told === undefined) return `[connection ${connection}, ${times}, no answer] ${what}`
  const part = told.parts[0]
  const outcome = [part?.code ?? part?.state ?? '', part?.seq === undefined ? '' : `seq ${part.seq}`]
  const words = [`${told.status}`, ...outcome, told.replayed ? 'replayed' : '', `Ledger-Seq ${told.ledgerSeq}`]
  return `[connection ${connection}, ${times}, ${words.filter((word) => word !== '').join(' ')}] ${what}`
}
