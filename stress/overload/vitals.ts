// What the kernel and the server itself tell of a process: memory, what its main thread worked, and what it waited for a processor.

import { readFile } from 'node:fs/promises'

export interface Worked {
  /** Milliseconds of the main thread on a processor. */
  readonly work_ms: number
  /** Milliseconds that it could have worked, and others had the processor. */
  readonly waited_ms: number
}

/** Since it started; NaN where there is no /proc. */
export async function worked(pid: number | 'self'): Promise<Worked> {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '')
  const [work = NaN, waited = NaN] = text === '' ? [] : text.split(' ').map((nanoseconds) => Number(nanoseconds) / 1e6)
  return { work_ms: work, waited_ms: waited }
}

export function workedSince(before: Worked, after: Worked): Worked {
  return { work_ms: after.work_ms - before.work_ms, waited_ms: after.waited_ms - before.waited_ms }
}

/** NaN where there is no /proc. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1_024
}

/** The last words of slow-server.ts: by how much its event loop was late since SIGUSR2. */
export function lateness(log: string): { readonly late_p99_ms: number; readonly late_max_ms: number } {
  const last = log.split('\n').findLast((line) => line.startsWith('{"late_'))
  return last === undefined ? { late_p99_ms: NaN, late_max_ms: NaN } : JSON.parse(last)
}
