// Starts the server, and ends the process with a code that says why.

import { setTimeout as pause } from 'node:timers/promises'
import { ArchiveDamaged } from '../actors/state-storage/archive.ts'
import { JournalDamaged } from '../actors/state-storage/journal.ts'
import { BadConfiguration, type Config, help, readConfig } from './config.ts'
import { JournalLocked } from './journal/lock.ts'
import { ClockBehind } from './operations/clock.ts'
import { type Log, stderrLog } from './operations/log.ts'
import { OperationsDamaged } from './operations/operations.ts'
import { type Server, type ServerPorts, startServer } from './server.ts'
import { version } from './version.ts'

export const exitCodes = { drained: 0, panic: 1, badConfiguration: 2, damaged: 3 } as const

/** A drain that takes longer (milliseconds) has met a disk that hangs: the process ends as after a panic. */
const longestDrain = 4_900

/**
 * Milliseconds between the signal and the drain. Who connected just before the signal is not taken in yet, and would be
 * reset with the socket that is no longer listened on.
 */
const lastCall = 50

/** What the command line does. `ports` are for specs: what they don't bring is real. */
export async function main(flags: readonly string[] = process.argv.slice(2), ports: Partial<ServerPorts> = {}) {
  const log = stderrLog()
  try {
    const config = readConfig(flags, process.env)
    if (config === 'help') return void process.stdout.write(help)
    if (config === 'version') return void process.stdout.write(`${version}\n`)
    await run(config, log, ports)
  } catch (error) {
    end(log, codeOf(error), error)
  }
}

async function run(config: Config, log: Log, ports: Partial<ServerPorts>): Promise<void> {
  const panic = (error: unknown) => end(log, exitCodes.panic, error)
  process.on('uncaughtException', panic)
  process.on('unhandledRejection', panic)
  // Until it serves, nothing has been acknowledged, so there is nothing to drain.
  let stop = (): void => process.exit(exitCodes.drained)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop())
  const server = await startServer(config, { log, panic, ...ports })
  stop = () => {
    // A terminal signals the whole group and npm passes it on: one Ctrl-C comes twice. The drain's own limit bounds it.
    stop = () => {}
    void drain(server, log)
  }
  process.stdout.write(`Surety is ready at ${server.url}\n`)
}

async function drain(server: Server, log: Log): Promise<void> {
  log.info('draining')
  const late = new Error(`draining took longer than ${longestDrain} ms; nothing acknowledged is lost`)
  setTimeout(() => end(log, exitCodes.panic, late), longestDrain).unref()
  await pause(lastCall)
  await server.drain()
  log.info('closed')
  process.exit(exitCodes.drained)
}

function codeOf(error: unknown): number {
  if (error instanceof BadConfiguration || error instanceof ClockBehind || error instanceof JournalLocked) {
    return exitCodes.badConfiguration
  }
  if (error instanceof JournalDamaged || error instanceof ArchiveDamaged) return exitCodes.damaged
  if (error instanceof OperationsDamaged) return exitCodes.damaged
  if ((error as NodeJS.ErrnoException).syscall === 'listen') return exitCodes.badConfiguration
  return exitCodes.panic
}

/** At once: after a panic nothing may be answered any more, and open handles must not keep the process alive. */
function end(log: Log, code: number, error: unknown): never {
  if (code === exitCodes.panic) log.fatal({ error }, `panic: ${(error as Error)?.message ?? error}`)
  else log.error(`${(error as Error).message}`)
  process.exit(code)
}
