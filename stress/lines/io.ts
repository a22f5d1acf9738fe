// npm run stress:io: makes the system calls of a real server fail, one kind after the other, and sees that it ends in time.

import { Tally, tell } from '../attacks/summary.ts'
import { Findings } from '../checks/findings.ts'
import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { randomFrom } from '../harness/random.ts'
import { launcher, temporaryFolder } from '../harness/server-process.ts'
import { whyNoFaults } from '../io/fault.ts'
import { matrix, nameOf, type Row } from '../io/matrix.ts'
import { Trials } from '../io/trials.ts'

const usage = `npm run stress:io -- [flags]

A matrix of failing system calls (EIO, ENOSPC, EDQUOT; once or for good) on the journal, its mirror and the archive of a
real server: under load, at a start, at a stop. The process must end with exit code 1 within a second, answer no success
after it, and start again with all that it had acknowledged, once. It needs strace; without it the line is skipped.
Exit 0: all held, or skipped; 1: a row did not hold.`

const flags = {
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the rows and of the load', 0),
  rows: whole('N', 8, 'of the matrix, by chance'),
  only: text('TEXT', '', 'the rows with this in their names'),
  server: text('FILE', launcher, 'the launcher of the server'),
  long: toggle('the whole matrix'),
  json: toggle('the summary as JSON'),
}

async function io(values: Values<typeof flags>): Promise<boolean> {
  const { seed, json } = values
  const tally = new Tally(new Findings())
  const skipped = whyNoFaults()
  if (skipped !== undefined) {
    tell(json, tally.score('io', seed), { skipped: `SKIPPED: ${skipped}` }, tally.findings)
    return true
  }
  const folder = await temporaryFolder('io', { keep: () => !tally.all })
  const trials = new Trials({ launcher: values.server, folder, seed, findings: tally.findings })
  const rows = chosen(values)
  const progress = new Progress('failing system calls', rows.length)
  for (const row of rows) {
    await tally.case(
      row.phase,
      () => nameOf(row),
      () => trials.run(row),
    )
    progress.step()
    if (!tally.all) break // the first one that does not hold leaves its ledger as it was
  }
  if (tally.all)
    await tally.case(
      'at the end',
      () => 'all that was acknowledged',
      () => trials.finish(),
    )
  progress.finish()
  const details = { kinds: tally.kinds, slowest: trials.slowest, ...trials.counts, ...(!tally.all && { folder }) }
  tell(json, tally.score('io', seed), details, tally.findings)
  return tally.all
}

function chosen({ rows, long, seed, only }: Values<typeof flags>): readonly Row[] {
  const random = randomFrom(seed)
  const all = matrix().filter((row) => nameOf(row).includes(only))
  const shuffled = all.map((row) => ({ row, order: random() })).sort((one, other) => one.order - other.order)
  const mixed = shuffled.map(({ row }) => row)
  return long || only !== '' ? mixed : mixed.slice(0, rows)
}

await runCommand(usage, flags, io)
