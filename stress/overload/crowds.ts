// Crowds in processes of their own, so that none of them waits behind what another has to do; and what they heard, in sum.

import path from 'node:path'
import { Latency, type LatencySummary } from '../harness/latency.ts'
import { startLineProcess } from '../harness/line-process.ts'
import type { Crowd, Heard, Wish } from './crowd.ts'

export interface CrowdProcess {
  send(wish: Wish): Promise<Crowd>
  end(): void
}

export async function startCrowd(): Promise<CrowdProcess> {
  const script = path.join(import.meta.dirname, 'crowd-process.ts')
  const child = await startLineProcess(process.execPath, [script])
  if (child === undefined) throw new Error(`${process.execPath} can't be started`)
  return {
    send: async (wish) => JSON.parse(await child.ask(JSON.stringify(wish))) as Crowd,
    end: child.end,
  }
}

export interface Told extends LatencySummary {
  readonly count: number
  readonly perSecond: number
}

/** What it was like; `apart_ms`: what is answered closer together than that is one batch. */
export function told({ at, after }: Heard, apart_ms = 1): Told {
  const latency = new Latency()
  for (const milliseconds of after) latency.record(milliseconds)
  return { count: at.length, perSecond: rate(at, apart_ms), ...latency.summary() }
}

/** From the first batch of answers to the last: otherwise a second would hold one more of them, or one less. */
function rate(at: readonly number[], apart_ms: number): number {
  const ascending = at.toSorted((one, other) => one - other)
  const [first = 0, last = 0] = [ascending[0], ascending.at(-1)]
  const later = ascending.filter((time) => time > first + apart_ms)
  return later.length === 0 ? 0 : later.length / ((last - first) / 1_000)
}

export function sum(crowds: readonly Crowd[]): Crowd {
  const heard = (which: 'accepted' | 'refused') => ({
    at: crowds.flatMap((one) => one[which].at),
    after: crowds.flatMap((one) => one[which].after),
  })
  const add = (which: 'offered' | 'unsent' | 'others' | 'work_ms' | 'waited_ms') =>
    crowds.reduce((total, one) => total + one[which], 0)
  return {
    offered: add('offered'),
    unsent: add('unsent'),
    others: add('others'),
    accepted: heard('accepted'),
    refused: heard('refused'),
    late_p99_ms: Math.max(...crowds.map((one) => one.late_p99_ms)),
    work_ms: add('work_ms'),
    waited_ms: add('waited_ms'),
  }
}
