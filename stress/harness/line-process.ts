// A process that is spoken to in lines: it is there before it is needed, so that its start is not taken for its work.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface LineProcess {
  /** The next line that it tells. Rejects if it ends without a word. */
  heard(): Promise<string>
  /** Says a line to it. Settles with the next that it tells. */
  ask(line: string): Promise<string>
  /** Says nothing more. */
  end(): void
}

/** Undefined where there is no such command. The process never outlives this one. */
export async function startLineProcess(command: string, words: readonly string[]): Promise<LineProcess | undefined> {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  try {
    await once(child, 'spawn')
  } catch {
    return undefined
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const heard = async () => {
    const { value } = await lines.next()
    if (value === undefined) throw new Error(`${command} has gone without a word`)
    return value
  }
  return {
    heard,
    ask: (line) => {
      child.stdin.write(`${line}\n`)
      return heard()
    },
    end: () => child.stdin.end(),
  }
}
