// A process that is there before it is needed: what its start costs the machine must not be taken for what its work does.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface WaitingProcess {
  /** Lets it begin. Settles with what it tells at its end; rejects if it ends without a word. */
  go(): Promise<string>
}

/** The process says a line when it can begin, and begins with a line. Undefined where there is no such command. */
export async function waitingProcess(command: string, words: readonly string[]): Promise<WaitingProcess | undefined> {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  try {
    await once(child, 'spawn')
  } catch {
    return undefined
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => {
    const { value } = await lines.next()
    if (value === undefined) throw new Error(`${command} has gone without a word`)
    return value
  }
  await line()
  return {
    go: () => {
      child.stdin.end('go\n')
      return line()
    },
  }
}
