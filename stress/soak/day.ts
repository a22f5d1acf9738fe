// One stretch of a day's work: transfers, batches, holds and their ends, retries and reads, on a fixed number of accounts.

import type { Answer } from '../checks/answers.ts'
import { Client } from '../harness/client.ts'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import { memoryOf } from './vitals.ts'

export interface Stretch {
  readonly url: string
  readonly pid: number
  readonly operations: number
  /** The share of them that are items of batches. */
  readonly batched: number
  readonly accounts: number
  readonly connections: number
  readonly seed: number
  /** Told how many operations were done. */
  readonly step: (count: number) => void
}

const batchSize = 50
const callsASample = 20

/** Answers the least memory that was seen, in MiB. Rejects at the first answer that is not to be expected. */
export async function work(stretch: Stretch): Promise<number> {
  const { url, pid, operations, accounts, connections, seed, step } = stretch
  const client = new Client(url, connections)
  const random = randomFrom(seed)
  const callsInBatches = batchedCalls(stretch.batched)
  let [left, calls, least] = [operations, 0, Number.POSITIVE_INFINITY]
  const worker = async () => {
    while (left > 0) {
      const number = left
      const size = random() < callsInBatches ? Math.min(batchSize, left) : 1
      left -= size
      if (size === 1) await operate(client, random, accounts, `${seed}-${number}`)
      else await operateTogether(client, random, accounts, `${seed}-${number}`, size)
      step(size)
      if (calls++ % callsASample === 0) least = Math.min(least, await memoryOf(pid))
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await client.destroy()
  return least
}

/** So many of all calls are batches, if they have that share of the operations. */
function batchedCalls(share: number): number {
  return share / (share + batchSize * (1 - share))
}

/** One batch of transfers, each with an id of its own. */
async function operateTogether(client: Client, random: Random, accounts: number, id: string, size: number) {
  const items = Array.from({ length: size }, (_, item) => {
    return { id: `${id}-${item}`, from: account(random, accounts), to: account(random, accounts), amount: 1 }
  })
  const mode = random() < 0.5 ? 'atomic' : 'independent'
  const answer = await client.post('/v1/batches', JSON.stringify({ mode, items }))
  expectIn([mode === 'atomic' ? 201 : 200], answer)
  const { data } = JSON.parse(answer.text) as { data: readonly { status: number }[] }
  if (data.length === size && data.every(({ status }) => status === 201)) return
  throw new Error(`${id}: ${answer.text.slice(0, 600)}`)
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
