// npm run simulate:small: five commands, and every way in which a crash can end them, each tried.

import { runCommand } from './harness/command.ts'
import { toggle, type Values, whole } from './harness/flags.ts'
import { Wrong } from './simulator/audit/tape.ts'
import { tryEveryEnd } from './simulator/every-end.ts'

const usage = `npm run simulate:small -- [flags]

A server of the simulator is given five commands and ends at any of its operations on the disk; of what was not synced
the disk keeps any subset. After each such end a server starts on what is left and is asked everything again: all that
was durable must be there, and each command must have happened once. Exit 0: after all ends; 1: after one not.`

const flags = {
  every: whole('N', 1, 'only every so many operations'),
  seed: whole('N', 0, 'which operation is the first one, if not all are tried', 0),
  json: toggle('the summary as JSON'),
}

async function small({ every, seed, json }: Values<typeof flags>): Promise<boolean> {
  let ends = 0
  let moments = 0
  let wrong: string | undefined
  const begun = performance.now()
  try {
    const tried = await tryEveryEnd({ step: every, first: seed % every, told: () => ends++ })
    moments = tried.moments
  } catch (error) {
    wrong = error instanceof Wrong ? error.message : `${(error as Error).stack}`
  }
  const seconds = Math.round((performance.now() - begun) / 100) / 10
  const of = ends + (wrong === undefined ? 0 : 1)
  const summary = {
    line: 'small-worlds',
    held: ends,
    of,
    seed,
    seconds,
    moments,
    ...(wrong !== undefined && { wrong }),
  }
  const text = `${ends} of ${of} ends held, at ${moments} operations (${seconds} s)`
  console.log(json ? JSON.stringify(summary) : text)
  if (wrong !== undefined) console.error(`FAILED: ${wrong}`)
  return wrong === undefined
}

await runCommand(usage, flags, small)
