// An account's settings: its limits and whether it is closed, for one asset; its metadata, for the account.

import type { Key, Value } from '../state-storage/messages.ts'
import { type Account, type AccountId, type Amount, type Asset, unusedAccount } from './account.ts'
import type { FactBase } from './transfer.ts'

/** What a client asks for. `null` takes away; a metadata member of `null` is taken out. */
export interface SettingsCommand {
  /** What is not told is as if it had never been set (PUT); otherwise it stays as it is (PATCH). */
  readonly replace: boolean
  readonly account: AccountId
  readonly asset: Asset
  readonly minimum?: Amount | null
  readonly maximum?: Amount | null
  readonly closed?: boolean
  readonly metadata?: Readonly<Record<string, string | null>>
  /** The revisions that the client has seen (If-Match); `*` is any. */
  readonly ifMatch?: readonly number[] | '*'
}

/** The metadata of an account, with its revision (the ETag), which steps with each change of the settings. */
export interface AccountNotes {
  readonly revision: number
  readonly metadata: Readonly<Record<string, string>>
}

export const noNotes: AccountNotes = Object.freeze({ revision: 0, metadata: Object.freeze({}) })

export function notesKey(id: AccountId): Key {
  return `account-metadata/${id}`
}

export function encodeNotes(notes: AccountNotes): Value {
  return JSON.stringify(notes)
}

export function decodeNotes(value: Value | undefined): AccountNotes {
  return value === undefined ? noNotes : (JSON.parse(value) as AccountNotes)
}

export interface SettingsFact extends FactBase {
  readonly method: 'SetAccount'
  readonly state: 'set' | 'refused'
  readonly account: AccountId
  readonly asset: Asset
  readonly settings?: {
    readonly min_balance: string | null
    readonly max_balance: string | null
    readonly closed: boolean
    readonly metadata: Readonly<Record<string, string>>
    readonly revision: number
  }
}

export function isSeen({ ifMatch }: SettingsCommand, { revision }: AccountNotes): boolean {
  return ifMatch === undefined || (ifMatch === '*' ? revision > 0 : ifMatch.includes(revision))
}

export function settled(account: Account, { replace, minimum, maximum, closed }: SettingsCommand) {
  const { minimum: floor, maximum: ceiling, closed: shut } = replace ? unusedAccount : account
  return {
    minimum: minimum === undefined ? floor : minimum,
    maximum: maximum === undefined ? ceiling : maximum,
    closed: closed ?? shut,
  }
}

/** Members of an account's metadata: a merge may not grow it past what one request may bring. */
export const mostMembers = 16

/** Object.entries and fromEntries, not spread and delete: a member may be called `__proto__`. */
export function noted({ revision, metadata }: AccountNotes, command: SettingsCommand): AccountNotes {
  const before = command.replace ? {} : metadata
  const members = new Map<string, string | null>([...Object.entries(before), ...Object.entries(command.metadata ?? {})])
  const kept = [...members].filter((member): member is [string, string] => member[1] !== null)
  return { revision: revision + 1, metadata: Object.fromEntries(kept.sort(byName)) }
}

function byName([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1
}
