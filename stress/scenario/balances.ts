// Reads all accounts, before the run and after it.

import { balanceRead, type Holding, originBalance } from '../checks/answers.ts'
import type { Findings } from '../checks/findings.ts'
import type { Client } from '../harness/client.ts'

const readsAtOnce = 32

/** Each account through both doors, which must agree. Only right while nobody writes. */
export async function readBalances(
  client: Client,
  accounts: readonly string[],
  findings: Findings,
): Promise<ReadonlyMap<string, Holding>> {
  const balances = new Map<string, Holding>()
  const rest = accounts.values()
  await Promise.all(Array.from({ length: readsAtOnce }, read))
  return balances

  async function read(): Promise<void> {
    for (const account of rest) {
      const { posted, version } = balanceRead(await client.get(`/v1/accounts/${account}/balance`))
      balances.set(account, version === undefined ? { posted } : { posted, version })
      const origin = originBalance(await client.get(`/api/balance?from=${account}`))
      findings.demand(
        origin.posted === posted,
        () => `${account} holds ${posted}, but ${origin.posted} at /api/balance`,
      )
    }
  }
}
