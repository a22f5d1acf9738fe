// Lives a ledger on the real disk and records it: starts, batches, new segments, a clean stop, a death, and starts again.

import path from 'node:path'
import { MemoryArchive } from '../../src/archive/memory-archive.ts'
import { nodeDisk } from '../../src/journal/node-disk.ts'
import { smallJournal } from '../attacks/journals.ts'
import { SampleLife } from '../attacks/sample-life.ts'
import { SampleNode } from '../attacks/sample-node.ts'
import type { Random } from '../harness/random.ts'
import { Trace } from './trace.ts'

/** So small that every third record begins a new segment. */
export const tinySegments = { segmentBytes: 4096, preallocateBytes: 4096 }

export interface RecordedLife {
  readonly trace: Trace
  readonly folder: string
  readonly mirror: string
  /** Every record, in order, with the last seq in it. */
  readonly records: readonly { readonly line: string; readonly last: number }[]
}

export async function recordLife(random: Random, place: string, batches: number): Promise<RecordedLife> {
  const [folder, mirror] = [path.join(place, 'journal'), path.join(place, 'mirror')]
  const trace = new Trace()
  const disk = trace.recording(nodeDisk)
  const life = new SampleLife(random)
  const open = () => smallJournal(disk, { folder, mirror, ...tinySegments })
  for (const end of ['stopped', 'dead', 'stopped'] as const) {
    const node = new SampleNode(open(), new MemoryArchive())
    await node.start()
    for (let batch = 0; batch < batches; batch++) await life.live(node, (seq) => trace.answered(seq))
    if (end === 'stopped') await node.drain()
  }
  const journal = smallJournal(nodeDisk, { folder, mirror, ...tinySegments })
  await journal.open()
  const records: { line: string; last: number }[] = []
  for await (const { line, last } of journal.read(0)) records.push({ line, last })
  await journal.close()
  return { trace, folder, mirror, records }
}
