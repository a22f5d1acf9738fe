// One round: a new ledger, a server that is killed now and then, all that it answered checked, and its journal verified.

import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Findings } from '../../checks/findings.ts'
import type { Progress } from '../../harness/progress.ts'
import { temporaryFolder } from '../../harness/server-process.ts'
import { ServerHouse } from './server-house.ts'
import { Session, type SessionOptions } from './session.ts'

export type Counts = Session['counts'] & { readonly kills: number; readonly isVerified: boolean }

interface RoundOptions extends SessionOptions {
  /** The launcher of the server. */
  readonly server: string
  /** Whether its journal is verified at the end. */
  readonly isVerified: boolean
}

/** Answers what was counted, to the end or to the first finding; then the data stays. */
export async function playRound(options: RoundOptions, findings: Findings, progress: Progress): Promise<Counts> {
  const { server, isVerified } = options
  const folder = await temporaryFolder('serializability', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const flags = ['--port', '0', '--host', '127.0.0.1', ...places]
  const house = new ServerHouse(server, flags, options.connections + options.batchers)
  const session = new Session(house, options, findings, progress)
  try {
    await session.play()
    await house.stop()
    if (isVerified) verify(server, places, findings)
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  }
  if (findings.count === 0)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 }) // room for the next round
  else console.error(`round of seed ${options.seed}: the data stays in ${folder}`)
  return { ...session.counts, kills: house.kills, isVerified }
}

function verify(server: string, places: readonly string[], findings: Findings): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [server, 'verify', ...places], { encoding: 'utf8' })
  findings.demand(status === 0, () => `verify: exit ${status}\n${stdout}${stderr}`)
}
