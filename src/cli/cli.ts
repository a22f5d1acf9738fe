// The commands beside the server: finds the one that is named, runs it, and says with what code the process ends.

import { JournalLocked } from '../journal/lock.ts'
import { exitCodes, processTerminal, type Terminal, UsageError } from './terminal.ts'
import { tokenCommand } from './token/command.ts'
import { verifyCommand } from './verify/command.ts'

/** Resolves to the exit code. Throws UsageError, or JournalLocked where a server has the ledger open. */
export type Command = (flags: readonly string[], terminal: Terminal) => Promise<number>

const commands: Readonly<Record<string, Command>> = { token: tokenCommand, verify: verifyCommand }

/** Resolves to the exit code; never rejects. */
export async function runCommand(words: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const [name = '', ...flags] = words
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command !== undefined) return await command(flags, terminal)
    const known = Object.keys(commands).join(', ')
    throw new UsageError(`there is no command '${name}'; known: ${known}. Without a command, the server starts`)
  } catch (error) {
    terminal.error(`surety ${name}: ${(error as Error).message}\n`)
    return error instanceof UsageError || error instanceof JournalLocked ? exitCodes.usage : exitCodes.failed
  }
}
