// The frame around every command here: help, bad flags, interruption, exit codes.

import { setMaxListeners } from 'node:events'
import { BadFlag, type Flag, helpOf, readFlags, toggle, type Values } from './flags.ts'

type Table = Readonly<Record<string, Flag<unknown>>>

/**
 * Exit codes: 0 all checks passed, 1 a check failed or the command itself did, 2 bad flags, 130 interrupted.
 * `run` answers whether all checks passed.
 */
export async function runCommand<Flags extends Table>(
  usage: string,
  table: Flags,
  run: (values: Values<Flags>) => Promise<boolean>,
  given: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const flags = { ...table, help: toggle('this text') }
  // Without these the 'exit' hooks that end the servers and remove the folders would not run.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  setMaxListeners(100, process)
  process.exit(await codeOf(usage, flags, run, given)) // servers that a failure left behind would keep the process alive
}

async function codeOf<Flags extends Table>(
  usage: string,
  flags: Flags & { readonly help: Flag<boolean> },
  run: (values: Values<Flags>) => Promise<boolean>,
  given: readonly string[],
): Promise<number> {
  try {
    const values = readFlags(flags, given)
    if (!values.help) return (await run(values as unknown as Values<Flags>)) ? 0 : 1
    console.log(helpOf(usage, flags))
    return 0
  } catch (error) {
    console.error(error instanceof BadFlag ? `${error.message}\nTry --help.` : error)
    return error instanceof BadFlag ? 2 : 1
  }
}
