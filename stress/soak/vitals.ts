// How a running server is: what it takes of the machine, and how far its history is behind.

import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { headRead } from '../checks/answers.ts'
import { Client } from '../harness/client.ts'

const samplesOfHandles = 5
const betweenSamples_ms = 50

export interface Vitals {
  /** Resident memory, in MiB: the least of some samples, for garbage comes and goes. */
  readonly memory_mib: number
  /** Open files, sockets and the like: the least of some samples, too. */
  readonly handles: number
  /** Milliseconds until the history showed all that had been answered. */
  readonly lag_ms: number
}

/** Rejects where there is no /proc. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1_024
}

/** The least of some samples: the server closes a connection a moment after its client did. */
export async function handlesOf(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let sample = 0; sample < samplesOfHandles; sample++) {
    least = Math.min(least, (await readdir(`/proc/${pid}/fd`)).length)
    await wait(betweenSamples_ms)
  }
  return least
}

/** Rejects if the history does not go that far within the server's own limit. */
export async function lagOf(url: string): Promise<number> {
  const client = new Client(url, 1)
  try {
    const started = performance.now()
    const { status, text } = await client.get('/v1/transfers?limit=1')
    if (status !== 200) throw new Error(`the history is behind: ${status} ${text}`)
    return performance.now() - started
  } finally {
    await client.destroy()
  }
}

export interface JournalLength {
  readonly journal_mib: number
  /** Transactions. */
  readonly seq: number
}

/** `folder` is that of one copy. */
export async function lengthOf(url: string, folder: string): Promise<JournalLength> {
  const client = new Client(url, 1)
  try {
    const seq = headRead(await client.get('/v1/journal/head'))
    const files = await readdir(folder)
    const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).size))
    return { seq, journal_mib: sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20 }
  } finally {
    await client.destroy()
  }
}
