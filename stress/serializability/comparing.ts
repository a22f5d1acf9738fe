// What is told of an account against what it holds, and the account put right by what was told.

import type { BalanceTold } from '../commands/command.ts'
import type { Account } from '../commands/simple-rules.ts'
import type { Part } from './history.ts'

export function differing(right: Partial<BalanceTold>, told: Partial<BalanceTold>): readonly string[] {
  const members = ['posted', 'pending_in', 'pending_out', 'version'] as const
  return members.filter((member) => told[member] !== undefined && told[member] !== right[member])
}

export function corrected(account: Account, told: Partial<BalanceTold>, { settings }: Part): Account {
  const amount = (digits: string | undefined, before: bigint) => (digits === undefined ? before : BigInt(digits))
  const limitOf = (digits: string | null | undefined, before: bigint | null) =>
    digits === undefined ? before : digits === null ? null : BigInt(digits)
  return {
    posted: amount(told.posted, account.posted),
    in: amount(told.pending_in, account.in),
    out: amount(told.pending_out, account.out),
    version: told.version ?? account.version,
    min: limitOf(settings?.min_balance, account.min),
    max: limitOf(settings?.max_balance, account.max),
    closed: settings?.closed ?? account.closed,
  }
}

export function sorted(metadata: Part['metadata']) {
  return Object.entries(metadata ?? {}).sort()
}

export function shown(balance: Partial<BalanceTold>): string {
  return JSON.stringify(balance)
}
