// What happens meanwhile: transfers, holds and their ends, refusals, atomic batches, as fast as they are answered.

import type { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import type { Progress } from '../harness/progress.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import type { Answered } from './event-book.ts'

export interface LoadOptions {
  readonly count: number
  readonly users: number
  readonly concurrency: number
}

/** Sends `count` requests, each of which makes one seq. Answers what the transfers were answered. */
export async function play(
  url: string,
  { count, users, concurrency }: LoadOptions,
  random: Random,
  findings: Findings,
  progress: Progress,
): Promise<readonly Answered[]> {
  const client = new Client(url, concurrency)
  const answers: Answered[] = []
  const posting = () => {
    const [from, to] = [0, 1].map(() => `users:${wholeNumber(random, 1, users)}`)
    return { from, to, amount: `${wholeNumber(random, 1, 1_000)}` }
  }
  const closed = await client.post('/v1/transfers', JSON.stringify({ ...posting(), id: 'hold', pending: true }))
  answers.push(answeredIn(closed.text))
  let sent = 1
  const worker = async () => {
    while (sent < count) {
      const number = sent++
      const { path, body, status } = requestOf(random(), number, posting)
      const answer = await client.post(path, JSON.stringify(body), { 'idempotency-key': `events ${number}` })
      findings.demand(answer.status === status, () => `${path} was answered ${answer.status}: ${answer.text}`)
      if (answer.status === 201 && path === '/v1/transfers') answers.push(answeredIn(answer.text))
      progress.step()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  await client.destroy()
  progress.finish()
  return answers
}

function requestOf(chance: number, number: number, posting: () => object) {
  if (chance < 0.05) {
    const items = Array.from({ length: 1 + (number % 7) }, posting)
    return { path: '/v1/batches', body: { mode: 'atomic', items }, status: 201 }
  }
  // There is no such hold: a refusal that is kept, because it has a key.
  if (chance < 0.1) return { path: `/v1/transfers/none:${number}/void`, body: {}, status: 404 }
  const pending = chance < 0.2 && { pending: true, expires_in: 1 + (number % 3) }
  return { path: '/v1/transfers', body: { ...posting(), ...pending, metadata: { text: '\n\ndata: é' } }, status: 201 }
}

function answeredIn(text: string): Answered {
  return { seq: Number((JSON.parse(text) as { seq: string }).seq), text }
}
