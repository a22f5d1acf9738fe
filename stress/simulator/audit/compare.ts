// A fact, held against what the second ledger says.

import type { AccountAfter } from '../../../actors/contracts/transfer.ts'
import type { PostingAsked } from '../../commands/command.ts'
import type { KeptFact } from './line.ts'
import type { SecondLedger } from './second-ledger.ts'
import { demand } from './tape.ts'

export type Told = ReturnType<SecondLedger['transfer']>

/** The ledger has just decided the same. Throws Wrong. */
export function compareFact(fact: KeptFact, told: Told, ledger: SecondLedger): void {
  const difference = (what: string) => `seq ${fact.seq}, ${what}: ${JSON.stringify(fact)}, expected ${text(told)}`
  const code = 'code' in told ? told.code : undefined
  demand(fact.refusal?.code === code, () => difference('refusal'))
  if ('code' in told) return demand(fact.balances.length === 0, () => difference('balances of a refusal'))
  demand(postingsText(fact.postings) === postingsText(told.moved), () => difference('postings'))
  demand(fact.balances.length === told.names.length, () => difference('count of balances'))
  for (const balance of fact.balances) {
    const name = `${balance.account} ${balance.asset}`
    demand(told.names.includes(name), () => difference(`${name} has no part in it`))
    demand(isEqual(balance, name, ledger), () => difference(`${name} should be ${text(ledger.account(name))}`))
  }
  if (fact.method === 'SetAccount') compareSettings(fact, `${fact.account} ${fact.asset}`, ledger)
}

function compareSettings(fact: Extract<KeptFact, { method: 'SetAccount' }>, name: string, ledger: SecondLedger): void {
  const { min, max, closed } = ledger.account(name)
  const { settings } = fact
  const isRight =
    settings?.closed === closed &&
    settings.min_balance === digits(min) &&
    settings.max_balance === digits(max) &&
    settings.revision === ledger.revisionOf(fact.account)
  demand(isRight, () => `seq ${fact.seq}, settings: ${JSON.stringify(fact)}, expected ${text(ledger.account(name))}`)
}

function isEqual({ posted, pending_in, pending_out, version }: AccountAfter, name: string, ledger: SecondLedger) {
  const account = ledger.account(name)
  return (
    posted === `${account.posted}` &&
    pending_in === `${account.in}` &&
    pending_out === `${account.out}` &&
    version === account.version
  )
}

function postingsText(postings: readonly PostingAsked[]): string {
  return postings.map(({ from, to, amount, asset }) => `${from} ${to} ${amount} ${asset}`).join('\n')
}

function digits(amount: bigint | null): string | null {
  return amount === null ? null : `${amount}`
}

/** Amounts are bigint, which JSON does not know. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? `${member}` : member))
}
