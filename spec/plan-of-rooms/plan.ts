// The plan of rooms: who may look into whom, and which package is known where.

import { posix } from 'node:path'
import type { SourceFile } from './source-file.ts'

/** What a file whose path begins with the first may import: paths that begin with one of the second. The first row that fits counts. */
type Row = readonly [room: string, mayImport: readonly string[]]

const ground = ['actors/address.ts', 'actors/assert.ts', 'actors/actor.ts']

export const plan: readonly Row[] = [
  // the inside: messages go down, from the VirtualMachine to StateStorage
  ['actors/address.ts', []],
  ['actors/assert.ts', []],
  ['actors/actor.ts', ['actors/address.ts']],
  ['actors/state-storage/', ['actors/state-storage/', ...ground]],
  [
    'actors/virtual-machine/',
    [
      'actors/virtual-machine/',
      'actors/state-storage/messages.ts',
      'actors/contracts/account.ts',
      'actors/contracts/facts.ts',
      'actors/contracts/refusal.ts',
      'actors/contracts/settings.ts',
      'actors/contracts/transfer.ts',
      ...ground,
    ],
  ],
  [
    'actors/contracts/',
    [
      'actors/contracts/',
      'actors/state-storage/messages.ts',
      'actors/virtual-machine/messages.ts',
      'actors/virtual-machine/names.ts',
      'actors/virtual-machine/processor.ts',
      ...ground,
    ],
  ],
  ['actors/lifecycle.ts', ['actors/state-storage/recovery.ts']],
  ['actors/node.ts', ['actors/']],
  ['actors/', ground],
  // the outside
  ['src/wire/', ['src/wire/', 'actors/contracts/refusal.ts']],
  ['src/client/', ['src/client/', 'src/wire/']],
  ['src/throttle/', ['src/throttle/']],
  ['src/journal/', ['src/journal/', 'actors/state-storage/']],
  ['src/archive/', ['src/archive/', 'src/journal/', 'actors/state-storage/', 'actors/contracts/']],
  [
    'src/public-api/',
    [
      'src/public-api/',
      'src/wire/',
      'src/archive/accounts/account-lists.ts',
      'src/archive/history/history.ts',
      'src/webhooks/webhook.ts',
      'src/throttle/',
      'src/tokens/token.ts',
      'actors/',
    ],
  ],
  ['src/', ['src/', 'actors/']],
  // around it
  ['stress/', ['stress/', 'src/', 'actors/']],
  ['spec/', ['spec/', 'stress/', 'src/', 'actors/']],
]

/** Packages that only these may import; specs may import what they like. */
const homes: readonly Row[] = [
  ['hono', ['src/public-api/', 'src/console/', 'stress/']],
  ['@hono/', ['src/public-api/', 'src/console/', 'stress/']],
  ['xstate', ['actors/']],
  ['import()', ['src/launch.js']],
]

/** Nothing but these comes into the inside from a package: it has no clock, chance, network, disk, console or process. */
const packagesInside = ['xstate']

export function roomFindings(file: SourceFile): string[] {
  const allowed = plan.find(([room]) => file.path.startsWith(room))?.[1]
  if (allowed === undefined) return [`${file.path}: stands in no room of the plan`]
  const forbidden = file.imports.filter((target) => !begins(target, allowed))
  return forbidden.map((target) => `${file.path}: may not look into ${target}`)
}

export function packageFindings(file: SourceFile): string[] {
  if (file.path.startsWith('spec/')) return []
  const forbidden = file.packages.filter((name) => !isAtHome(name, file.path))
  return forbidden.map((name) => `${file.path}: may not know the package ${name}`)
}

function isAtHome(name: string, path: string): boolean {
  if (path.startsWith('actors/') && !packagesInside.includes(name)) return false
  const home = homes.find(([prefix]) => name === prefix || (prefix.endsWith('/') && name.startsWith(prefix)))
  return home === undefined || begins(path, home[1])
}

/** Circles of imports within `actors` and `src`, each told once, from its first file on. */
export function circleFindings(files: readonly SourceFile[]): string[] {
  const imports = new Map(
    files.filter(({ path }) => begins(path, ['actors/', 'src/'])).map((file) => [file.path, file.imports]),
  )
  const done = new Set<string>()
  const findings: string[] = []
  const walk = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path)
    if (start >= 0) findings.push(`${path}: imports itself: ${[...way.slice(start), path].join(' → ')}`)
    if (start >= 0 || done.has(path)) return
    for (const target of imports.get(path) ?? []) walk(target, [...way, path])
    done.add(path)
  }
  for (const path of imports.keys()) walk(path, [])
  return findings
}

/** A folder that holds more files than this is two rooms. It stands where the largest folder does: it may fall, not rise. */
export const mostFiles = 11

export function folderFindings(files: readonly SourceFile[]): string[] {
  const counts = new Map<string, number>()
  for (const { path } of files) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1)
  const large = [...counts].filter(([, count]) => count > mostFiles)
  return large.map(([folder, count]) => `${folder}: holds ${count} files, more than ${mostFiles}`)
}

function begins(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix))
}
