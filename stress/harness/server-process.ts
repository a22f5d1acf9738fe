// The server as its operator sees it: a process that is started, says where it listens, is stopped or killed.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** Surety's launcher, as `npm start` calls it. */
export const launcher = path.join(import.meta.dirname, '../../src/launch.js')

const readyWithin_ms = 300_000 // a start reads the whole journal, and the machine may be busy
const stopWithin_ms = 5_000
const logLimit = 65_536 // characters; the last ones are those that tell why

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServerProcess {
  readonly pid: number
  /** Its URL. Rejects when it exits, or says nothing for five minutes. */
  readonly ready: Promise<string>
  readonly exited: Promise<Exit>
  /** The end of what it wrote to standard error. */
  log(): string
  /** SIGKILL: no farewell. Settles when the process is gone. */
  kill(): Promise<Exit>
  /** SIGTERM. Settles when it is gone; after `within_ms`, five seconds, it is killed, and the exit shows that. */
  stop(within_ms?: number): Promise<Exit>
}

/**
 * Starts a Node script that prints a line with its URL when it is ready. It never outlives this process. `under` is a
 * command that becomes the script's process, such as a tracer that steps aside.
 */
export function startServer(script: string, flags: readonly string[], under: readonly string[] = []): ServerProcess {
  const [command, ...words] = [...under, process.execPath, script, ...flags] as [string, ...string[]]
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const endIt = () => child.kill('SIGKILL')
  process.prependOnceListener('exit', endIt) // before its folder is removed
  const exited = exitOf(child).finally(() => process.off('exit', endIt))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-logLimit)
  })
  const ready = urlOf(child, exited, () => log)
  ready.catch(() => {}) // who kills a server before it is ready does not wait for it
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    log: () => log,
    kill: () => end(child, exited, 'SIGKILL'),
    stop: (within_ms) => end(child, exited, 'SIGTERM', within_ms),
  }
}

/** An empty folder, removed with this process unless `keep` answers true by then. */
export async function temporaryFolder(
  name: string,
  { below = os.tmpdir(), keep = () => false }: { readonly below?: string; readonly keep?: () => boolean } = {},
): Promise<string> {
  const folder = await mkdtemp(path.join(below, `surety-${name}-`))
  process.once('exit', () => {
    if (!keep()) rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) // a killed server may still write
  })
  return folder
}

async function urlOf(child: ChildProcess, exited: Promise<Exit>, log: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const deadline = setTimeout(() => {
    child.kill('SIGKILL')
    reject(new Error(`the server was not ready within ${readyWithin_ms} ms\n${log()}`))
  }, readyWithin_ms)
  if (child.stdout !== null) {
    // Read on after the URL: a pipe that nobody reads would stop a server that goes on printing.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /https?:\/\/[^\s"'<>]+/.exec(line)?.[0]
      if (url !== undefined) resolve(url.replace(/\/$/, ''))
    })
  }
  exited.then(
    ({ code, signal }) => reject(new Error(`the server exited before it was ready: ${signal ?? code}\n${log()}`)),
    reject,
  )
  return promise.finally(() => clearTimeout(deadline))
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return { code, signal }
}

async function end(
  child: ChildProcess,
  exited: Promise<Exit>,
  signal: 'SIGKILL' | 'SIGTERM',
  within_ms = stopWithin_ms,
): Promise<Exit> {
  child.kill(signal)
  const deadline = setTimeout(() => child.kill('SIGKILL'), within_ms)
  return exited.finally(() => clearTimeout(deadline))
}
