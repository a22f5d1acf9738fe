// One stretch of a day's work: transfers, holds and their ends, retries and reads, on a fixed number of accounts.

import type { Answer } from '../checks/answers.ts'
import { Client } from '../harness/client.ts'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import { memoryOf } from './vitals.ts'

export interface Stretch {
  readonly url: string
  readonly pid: number
  readonly operations: number
  readonly accounts: number
  readonly connections: number
  readonly seed: number
  /** Told after each operation. */
  readonly step: () => void
}

/** Answers the least memory that was seen, in MiB. Rejects at the first answer that is not to be expected. */
export async function work({ url, pid, operations, accounts, connections, seed, step }: Stretch): Promise<number> {
  const client = new Client(url, connections)
  const random = randomFrom(seed)
  let left = operations
  let least = Number.POSITIVE_INFINITY
  const worker = async () => {
    while (left > 0) {
      const number = left--
      await operate(client, random, accounts, `${seed}-${number}`)
      step()
      if (number % 500 === 0) least = Math.min(least, await memoryOf(pid))
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await client.destroy()
  return least
}

/** Of ten: six transfers, one of them sent twice, two holds that end or expire, two reads. */
async function operate(client: Client, random: Random, accounts: number, id: string): Promise<void> {
  const dice = random()
  const [from, to] = [account(random, accounts), account(random, accounts)]
  if (dice < 0.1) return expectIn([200], await client.get(`/v1/accounts/${from}/balance`))
  if (dice < 0.2) return expectIn([200], await client.get(`/v1/accounts/${from}/entries?limit=10`))
  const isHold = dice < 0.4
  const body = JSON.stringify({ id, from, to, amount: 1, ...(isHold && { pending: true, expires_in: 2 }) })
  const first = await client.post('/v1/transfers', body)
  expectIn([201], first)
  if (isHold && dice < 0.3) return expectIn([200, 422], await client.post(`/v1/transfers/${id}/post`))
  if (dice > 0.9) {
    const again = await client.post('/v1/transfers', body)
    if (again.text !== first.text) throw new Error(`${id} was answered otherwise the second time: ${again.text}`)
  }
}

function account(random: Random, accounts: number): string {
  return `users:${wholeNumber(random, 1, accounts)}:wallet`
}

function expectIn(statuses: readonly number[], { status, text }: Answer): void {
  if (!statuses.includes(status)) throw new Error(`answered ${status}: ${text}`)
}
