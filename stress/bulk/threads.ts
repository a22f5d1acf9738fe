// What the threads of a server's process used of the CPU, by what they do. From /proc, so on Linux only.

import { readdir, readFile } from 'node:fs/promises'

export const threadKinds = ['main', 'archive', 'garbage and compiling', 'disk'] as const
export type ThreadKind = (typeof threadKinds)[number]
export type ThreadTimes = Readonly<Record<ThreadKind, number>>

/** CPU µs since each thread began; all NaN where there is no /proc. Only an ended thread's time would be missed. */
export async function threadTimes(pid: number): Promise<ThreadTimes> {
  const spent = { main: 0, archive: 0, 'garbage and compiling': 0, disk: 0 }
  const folder = `/proc/${pid}/task`
  const threads = await readdir(folder).catch(() => undefined)
  if (threads === undefined) return { main: NaN, archive: NaN, 'garbage and compiling': NaN, disk: NaN }
  for (const thread of threads) {
    const [name, told] = await Promise.all(['comm', 'schedstat'].map((file) => textOf(`${folder}/${thread}/${file}`)))
    const [nanoseconds = '0'] = (told ?? '').split(' ')
    spent[thread === String(pid) ? 'main' : kindOf(name ?? '')] += Number(nanoseconds) / 1_000
  }
  return spent
}

/** As Node 24 names its threads, in the 15 characters that Linux keeps. */
function kindOf(name: string): ThreadKind {
  if (name.includes('V8Worker') || name.includes('DelayedTask')) return 'garbage and compiling'
  return name.includes('libuv') ? 'disk' : 'archive'
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '') // the thread has ended meanwhile
}
