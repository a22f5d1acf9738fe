// A harness as a process of its own, with all that it starts: it ends well, badly, or is ended.

import { spawn } from 'node:child_process'
import path from 'node:path'

export interface Ended {
  /** Null when it was ended because it took too long. */
  readonly exit: number | null
  readonly seconds: number
  /** The end of what it wrote. */
  readonly words: string
}

/** A harness that hangs has told nothing. */
const longest_ms = 180_000
const keptWords = 4_000 // characters

/** Runs Node in `folder`, which is also where it finds a place for temporary files. */
export async function runNode(folder: string, args: readonly string[]): Promise<Ended> {
  const begun = performance.now()
  const env = { ...process.env, TMPDIR: path.join(folder, 'tmp') }
  const child = spawn(process.execPath, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  const hear = (text: string) => {
    words = (words + text).slice(-keptWords)
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const endAll = () => endGroup(child.pid)
  const timer = setTimeout(endAll, longest_ms)
  process.once('exit', endAll)
  const exit = await new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  clearTimeout(timer)
  process.off('exit', endAll)
  endAll() // servers that a harness left behind
  return { exit, seconds: Math.round((performance.now() - begun) / 100) / 10, words }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone, and all that it had started.
  }
}
