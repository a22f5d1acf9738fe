// One row of the matrix after the other on one ledger: the fault, the end of the process, a clean start, and an inquest.

import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Findings } from '../checks/findings.ts'
import { type Exit, type ServerProcess, startServer } from '../harness/server-process.ts'
import type { Load } from '../outage/load.ts'
import { Outages, type Round } from '../outage/outages.ts'
import { Fault, type FaultPlan, faultIn, underFault } from './fault.ts'
import { nameOf, type Row } from './matrix.ts'

const endsWithin_ms = 1_000
/** An answer that was on its way when the call failed may be read a little later. */
const onItsWay_ms = 500
const warmUp_ms = 150
const lookEvery_ms = 5
const faultWithin_ms = 20_000

export interface Place {
  readonly launcher: string
  readonly folder: string
  readonly seed: number
  readonly findings: Findings
}

export class Trials {
  readonly #place: Place
  readonly #flags: readonly string[]
  readonly #outages: Outages
  readonly slowest = { exit_ms: 0, success_ms: 0 }

  constructor(place: Place) {
    const { folder, launcher, seed, findings } = place
    this.#place = place
    const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
    this.#flags = ['--port', '0', '--host', '127.0.0.1', ...places, '--engine', 'file']
    const start = () => startServer(launcher, this.#flags)
    this.#outages = new Outages(start, { seed, users: 20, concurrency: 32, load: warmUp_ms }, findings)
  }

  /** Adds a finding for whatever is not as the row says. */
  async run(row: Row): Promise<void> {
    await this.#outages.round(this.#roundOf(row))
  }

  async finish(): Promise<void> {
    await this.#outages.finish()
  }

  get counts() {
    return this.#outages.counts
  }

  #roundOf(row: Row): Round {
    if (row.phase === 'load') return { trouble: (server, load) => this.#failUnderLoad(row, server, load) }
    if (row.phase === 'stop') return { trouble: (server, load) => this.#failAtStop(row, server, load) }
    return { between: () => this.#failAtStart(row) }
  }

  async #failUnderLoad(row: Row, server: ServerProcess, load: Load): Promise<void> {
    await delay(warmUp_ms)
    const plan = this.#plan(row)
    load.expectFailure()
    const fault = await Fault.attach(server.pid, plan)
    const at = await fault.happened(faultWithin_ms)
    this.#demand(row, at !== undefined, 'the call never came')
    const mayGoOn = row.ends === 'exit 1 or 507'
    if (mayGoOn) await fault.detach() // or it would fail the first call of each thread, long after the one that is timed
    const exit = await this.#exitWithin(server, at)
    if (mayGoOn && exit === undefined) return await this.#demandGoingOn(row, server, load)
    load.expectOutage()
    await this.#demandEnd(row, exit, server, at)
    this.#demandSilence(row, load, at)
  }

  /** What did not fit was turned away, and all the rest goes on. */
  async #demandGoingOn(row: Row, server: ServerProcess, load: Load): Promise<void> {
    for (const end = Date.now() + faultWithin_ms; load.turnedAway === 0 && Date.now() < end; ) await delay(lookEvery_ms)
    this.#demand(row, load.turnedAway > 0, 'it neither ended nor turned anything away')
    load.expectOutage()
    this.#outages.demandExit(await server.stop(), { code: 0, signal: null }, server)
  }

  /** The stop itself must say that it did not go well; nothing acknowledged is lost. */
  async #failAtStop(row: Row, server: ServerProcess, load: Load): Promise<void> {
    await delay(warmUp_ms)
    const plan = this.#plan(row)
    const fault = await Fault.attach(server.pid, plan)
    load.expectFailure()
    load.expectOutage()
    const stopped = server.stop()
    const at = await fault.happened(faultWithin_ms)
    this.#demand(row, at !== undefined, 'the call never came')
    await this.#demandEnd(row, await stopped, server, at)
  }

  async #failAtStart(row: Row): Promise<void> {
    const plan = this.#plan(row)
    const server = startServer(this.#place.launcher, this.#flags, underFault(plan))
    if (row.ends === 'serves') {
      await server.ready
      this.#demand(row, (await faultIn(plan.log, 0)) !== undefined, 'the call never came')
      return this.#outages.demandExit(await server.stop(), { code: 0, signal: null }, server)
    }
    const at = await faultIn(plan.log, faultWithin_ms)
    this.#demand(row, at !== undefined, 'the call never came')
    await this.#demandEnd(row, await this.#exitWithin(server, at), server, at)
    const isTold = /EIO|ENOSPC|disk I\/O error|unable to open/.test(server.log())
    this.#demand(row, isTold, `the log does not say what failed:\n${server.log()}`)
  }

  /** Undefined if it goes on for longer than it may. */
  async #exitWithin(server: ServerProcess, at = Date.now()): Promise<Exit | undefined> {
    const rest = Math.max(0, at + 2 * endsWithin_ms - Date.now())
    return Promise.race([server.exited, delay(rest, undefined, { ref: false })])
  }

  async #demandEnd(row: Row, exit: Exit | undefined, server: ServerProcess, at = Date.now()): Promise<void> {
    const took = Date.now() - at
    if (exit !== undefined) this.slowest.exit_ms = Math.max(this.slowest.exit_ms, Math.round(took))
    this.#demand(row, exit !== undefined && took <= endsWithin_ms, `it went on for ${Math.round(took)} ms`)
    const code = exit?.code === 0 && row.ends === 'exit 0 or 1' ? 0 : 1
    this.#outages.demandExit(exit ?? (await server.kill()), { code, signal: null }, server)
  }

  #demandSilence(row: Row, { lastSuccess }: Load, at = Date.now()): void {
    const late = Math.round(lastSuccess - at)
    this.slowest.success_ms = Math.max(this.slowest.success_ms, late)
    this.#demand(row, late <= onItsWay_ms, `a success was answered ${late} ms after the fault`)
  }

  #plan({ calls, error, when, path: where }: Row): FaultPlan {
    const { folder } = this.#place
    const names = readdirSync(path.join(folder, 'mirror')).filter((name) => name.endsWith('.jsonl'))
    const log = path.join(folder, 'strace.txt')
    rmSync(log, { force: true })
    return { calls, error, when, log, path: path.join(folder, where.replace('LAST', names.sort().at(-1) ?? '')) }
  }

  #demand(row: Row, holds: boolean, message: string): void {
    this.#place.findings.demand(holds, () => `${nameOf(row)}: ${message}`)
  }
}
