// Sees to it that unit and component specs are that: what starts a process, listens on a socket or makes a folder fails.

import childProcess, { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Server } from 'node:net'

/** Calls `tell` with what was done that only specs of the rest may do; it is done nevertheless. */
export function watchOutside(tell: (what: string) => void): void {
  watched(Server.prototype, 'listen', () => tell('listens on a socket'))
  watched(ChildProcess.prototype as unknown as { spawn: () => unknown }, 'spawn', () => tell('starts a process'))
  watched(childProcess, 'spawnSync', () => tell('starts a process'))
  watched(childProcess, 'execFileSync', () => tell('starts a process'))
  watched(fs, 'mkdtempSync', () => tell('makes a folder on the disk'))
  watched(fs.promises, 'mkdtemp', () => tell('makes a folder on the disk'))
  syncBuiltinESMExports()
}

function watched<Name extends string, Of extends { [key in Name]: unknown }>(
  of: Of,
  name: Name,
  tell: () => void,
): void {
  const original = of[name] as (...args: unknown[]) => unknown
  of[name] = function (this: unknown, ...args: unknown[]) {
    tell()
    return original.apply(this, args)
  } as Of[Name]
}
