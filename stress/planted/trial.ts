// Tries one bug: plants it into a copy, and runs the harnesses that must catch it.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { temporaryFolder } from '../harness/server-process.ts'
import type { Bug } from './bug.ts'
import { runNode } from './child.ts'
import { type HarnessName, harnesses } from './harnesses.ts'
import { copySources, plantAt } from './scratch.ts'

export interface Tried {
  readonly bug: string
  readonly caughtBy: readonly HarnessName[]
  readonly missedBy: readonly HarnessName[]
  /** Why the trial says nothing; else undefined. */
  readonly trouble: string | undefined
}

/** Exit 1 is "not all held"; anything else is not a verdict. Mocha's exit is the count of failures: one, for it stops there. */
const caught = 1

export async function tryBug(bug: Bug, seed: number): Promise<Tried> {
  const folder = await temporaryFolder('planted')
  try {
    await copySources(folder)
    await plantAt(folder, bug)
    const trouble = await troubleOf(folder, bug)
    const exits: (readonly [HarnessName, number | null])[] = []
    for (const name of trouble === undefined ? bug.caughtBy : []) {
      exits.push([name, (await runNode(folder, harnesses[name](seed))).exit])
    }
    const namesWhere = (isCaught: boolean) =>
      exits.filter(([, exit]) => (exit === caught) === isCaught).map(([name]) => name)
    return { bug: bug.name, caughtBy: namesWhere(true), missedBy: namesWhere(false), trouble }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What does not even load is caught by anything, and proves nothing. */
async function troubleOf(folder: string, { edits }: Bug): Promise<string | undefined> {
  const imports = edits.map(
    ({ file }) => `await import(${JSON.stringify(pathToFileURL(path.join(folder, file)).href)})`,
  )
  const { exit, words } = await runNode(folder, ['--input-type=module', '--eval', imports.join('\n')])
  return exit === 0 ? undefined : `it does not load: ${words}`
}

/** What the harnesses say of the sources as they are: one that is red without any bug cannot tell one. */
export async function redWithout(names: readonly HarnessName[], seed: number, done: () => void): Promise<string[]> {
  const folder = await temporaryFolder('planted')
  try {
    await copySources(folder)
    const red: string[] = []
    for (const name of names) {
      const { exit, words } = await runNode(folder, harnesses[name](seed))
      if (exit !== 0) red.push(`${name} fails (${exit}) without any bug: ${words}`)
      done()
    }
    return red
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
