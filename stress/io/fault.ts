// Makes system calls of a process fail, by strace, and says when the first one did.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export interface FaultPlan {
  readonly calls: string
  readonly error: string
  readonly when: string
  /** A file or a folder. */
  readonly path: string
  /** Where strace writes what it saw. */
  readonly log: string
}

const attachedWithin_ms = 10_000
const lookEvery_ms = 5

/** Undefined if faults can be made here; else why not. */
export function whyNoFaults(): string | undefined {
  const { error, status } = spawnSync('strace', ['-V'])
  if (error !== undefined || status !== 0) return 'strace is not installed (Debian: apt-get install strace)'
  const { stderr } = spawnSync('strace', ['-e', 'inject=getppid:error=EPERM', 'true'], { encoding: 'utf8' })
  return /ptrace|PTRACE|not permitted/.test(stderr)
    ? 'strace may not trace processes here (ptrace is forbidden)'
    : undefined
}

/** What makes a command run with the fault from its start: strace steps aside and leaves its place to it. */
export function underFault(plan: FaultPlan): readonly string[] {
  return ['strace', '-D', ...words(plan)]
}

export class Fault {
  readonly #tracer: ChildProcess
  readonly #plan: FaultPlan

  private constructor(tracer: ChildProcess, plan: FaultPlan) {
    this.#tracer = tracer
    this.#plan = plan
  }

  /** Settles when the process is traced. Rejects if that does not come about. */
  static async attach(pid: number, plan: FaultPlan): Promise<Fault> {
    const tracer = spawn('strace', ['-p', String(pid), ...words(plan)], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    const attached = new Promise<void>((resolve) => {
      tracer.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (/attached/.test(said)) resolve()
      })
    })
    const late = delay(attachedWithin_ms, undefined, { ref: false }).then(() =>
      Promise.reject(new Error(`strace did not attach: ${said}`)),
    )
    await Promise.race([attached, late])
    return new Fault(tracer, plan)
  }

  /** When the first call failed, in milliseconds since 1970; undefined if none did within that time. */
  happened(within_ms: number): Promise<number | undefined> {
    return faultIn(this.#plan.log, within_ms)
  }

  async detach(): Promise<void> {
    if (this.#tracer.exitCode !== null || this.#tracer.signalCode !== null) return
    this.#tracer.kill('SIGINT')
    await once(this.#tracer, 'exit')
  }
}

/** The same of a process that was started with the fault. */
export async function faultIn(log: string, within_ms: number): Promise<number | undefined> {
  for (const end = Date.now() + within_ms; ; await delay(lookEvery_ms)) {
    const text = existsSync(log) ? readFileSync(log, 'utf8') : ''
    const seconds = /^\d+ +(\d+\.\d+) .*\(INJECTED\)/m.exec(text)?.[1]
    if (seconds !== undefined) return Number(seconds) * 1_000
    if (Date.now() > end) return undefined
  }
}

function words({ calls, error, when, path, log }: FaultPlan): string[] {
  return [
    '-f',
    '-ttt',
    '-o',
    log,
    '-P',
    path,
    '-e',
    `trace=${calls}`,
    '-e',
    `inject=${calls}:error=${error}:when=${when}`,
  ]
}
