// A copy of the sources into which a bug can be planted, without touching the originals.

import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { BadFlag } from '../harness/flags.ts'
import type { Bug, Edit } from './bug.ts'

export const root = path.join(import.meta.dirname, '../..')
const copied = ['actors', 'docs', 'spec', 'src', 'stress', 'package.json', 'tsconfig.json']

/** Packages are linked, and so is nothing that a run changes. */
export async function copySources(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'tmp'), { recursive: true })
  await Promise.all(copied.map((name) => cp(path.join(root, name), path.join(folder, name), { recursive: true })))
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
}

/** Reads the sources in `from`, and writes what the bug makes of them into `folder`. */
export async function plantAt(folder: string, { edits }: Bug, from = folder): Promise<void> {
  for (const { file, find, replace } of edits) {
    const parts = (await readFile(path.join(from, file), 'utf8')).split(find)
    await writeFile(path.join(folder, file), parts.join(replace))
  }
}

/** Which edits have lost their place; to be asked before anything is run. */
export async function misplaced(bug: Bug): Promise<readonly string[]> {
  const found = await Promise.all(bug.edits.map((edit) => timesFound(edit)))
  return found.flatMap((times, index) =>
    times === 1 ? [] : [`${bug.name}: its text stands ${times} times in ${bug.edits[index]?.file}, not once`],
  )
}

async function timesFound({ file, find }: Edit): Promise<number> {
  return (await readFile(path.join(root, file), 'utf8')).split(find).length - 1
}

/** The bugs that `list` names by comma, or all of them. Throws BadFlag for a name that none has. */
export function chosenOf(bugs: readonly Bug[], list: string): readonly Bug[] {
  const names = list.split(',').filter((name) => name !== '')
  for (const name of names) {
    if (bugs.some((bug) => bug.name === name)) continue
    throw new BadFlag(`there is no bug ${name}: ${bugs.map((bug) => bug.name).join(', ')}`)
  }
  return names.length === 0 ? bugs : bugs.filter(({ name }) => names.includes(name))
}
