// npm run stress:damage: damages the journal, the archive and the index of ids; it must be repaired or refused, never believed.

import { Tally, tell } from '../attacks/summary.ts'
import { Findings } from '../checks/findings.ts'
import { attackArchive } from '../damage/archive-attack.ts'
import { attackJournal } from '../damage/journal-attack.ts'
import { makeSample } from '../damage/sample.ts'
import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { randomFrom } from '../harness/random.ts'
import { temporaryFolder } from '../harness/server-process.ts'

const usage = `npm run stress:damage -- [flags]

Makes a ledger and damages what lies on its disk: bits turned, sectors zeroed, swapped and duplicated, files cut off,
missing, misplaced, or as they were before. One copy of the journal must be repaired from the other; of the only copy all
damage must be found out, and an unwitnessed torn end kept and told; the archive and the index of ids must answer rightly or
be rebuilt. Exit 0: all held; 1: one case did not.`

const flags = {
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the ledger and of the damage', 0),
  bytes: whole('N', 100 * 1024, 'of records in each copy of the journal'),
  bits: whole('N', 600, 'of the journal, turned one by one; with --long it is each of them'),
  only: text('PART', undefined, 'journal or archive, not both'),
  long: toggle('every bit and every length, not a sample of them'),
  json: toggle('the summary as JSON'),
}

async function damage({ seed, bytes, bits, only, long, json }: Values<typeof flags>): Promise<boolean> {
  const random = randomFrom(seed)
  const tally = new Tally(new Findings())
  const options = { tally, random, long, bits }
  const parts = {
    journal: async () => attackJournal(await makeSample(random, bytes), options),
    archive: async () => attackArchive(await temporaryFolder('damage'), options),
  }
  for (const [name, attack] of Object.entries(parts)) if (only === undefined || only === name) await attack()
  tell(json, tally.score('damage', seed), { kinds: tally.kinds }, tally.findings)
  return tally.all
}

await runCommand(usage, flags, damage)
