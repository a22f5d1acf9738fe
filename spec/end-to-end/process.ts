// A server in a process of its own, as its users run it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../src/launch.js', import.meta.url))
const brokenDisk = fileURLToPath(new URL('./broken-disk.ts', import.meta.url))

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGKILL'

export interface Running {
  readonly url: string
  /** Sends the signal and waits for the exit code; null if the signal itself ended the process. */
  stop(signal: Signal): Promise<number | null>
  /** The exit code, when it comes. */
  readonly exited: Promise<number | null>
}

/** A folder for one ledger, gone afterwards. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'surety-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts the server, and settles when it is ready; rejects with its log if it ends before. */
export async function serve(
  data: string,
  flags: readonly string[] = [],
  program: string[] = [launcher],
): Promise<Running> {
  const child = spawn(process.execPath, [...program, '--port', '0', '--data', data, ...flags])
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const stop = (signal: Signal) => {
    child.kill(signal)
    return exited
  }
  return { url: await readyUrl(child, exited), exited, stop }
}

/** The same, with a disk whose `nth` write to a file fails. */
export function serveOnBrokenDisk(data: string, nth: number): Promise<Running> {
  return serve(data, [], [brokenDisk, String(nth)])
}

/** Servers on a folder of their own, for each spec of the suite that calls this; afterwards they are killed and it is gone. */
export function serversOfEachSpec() {
  let folder: ReturnType<typeof temporaryFolder>
  let started: Promise<Running>[] = []
  beforeEach(() => {
    folder = temporaryFolder()
    started = []
  })
  afterEach(async () => {
    // A spec that failed while one was starting has not waited for it.
    for (const start of await Promise.allSettled(started)) {
      if (start.status === 'fulfilled') await start.value.stop('SIGKILL')
    }
    folder.remove()
  })
  const kept = (starting: Promise<Running>) => {
    started.push(starting)
    return starting
  }
  return {
    folder: () => folder.path,
    start: () => kept(serve(folder.path)),
    startOnBrokenDisk: (nth: number) => kept(serveOnBrokenDisk(folder.path, nth)),
  }
}

export async function text(method: string, url: string): Promise<string> {
  return (await fetch(url, { method })).text()
}

/** Runs the server to its end, which is expected; settles with its exit code and its log. */
export async function fate(flags: readonly string[]): Promise<{ code: number | null; output: string; log: string }> {
  const child = spawn(process.execPath, [launcher, ...flags])
  const [output, log] = [collected(child.stdout), collected(child.stderr)]
  const [code] = await once(child, 'close')
  return { code, output: output(), log: log() }
}

async function readyUrl(child: ChildProcess, exited: Promise<number | null>): Promise<string> {
  const log = collected(child.stderr)
  const output = collected(child.stdout)
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const url = /http:\/\/\S+/.exec(output())?.[0]
      if (url !== undefined) resolve(url)
    })
  })
  const ended = exited.then((code) => Promise.reject(new Error(`the server ended with ${code}: ${log()}`)))
  return Promise.race([ready, ended])
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  let all = ''
  stream?.on('data', (chunk) => {
    all += chunk
  })
  return () => all
}
