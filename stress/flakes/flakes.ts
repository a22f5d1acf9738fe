// npm run stress:flakes: the same specs again and again, in other orders and with other seeds; all that fails once is a defect.

import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { playRest } from './rest.ts'
import { type Round, roundText } from './round.ts'
import { outside, unitSpecs } from './suites.ts'
import { playUnit } from './unit.ts'

const usage = `npm run stress:flakes -- [flags]

Runs specs round after round. Each round has another order of suites and specs, and another seed for what they draw. A
failure is told with its seed and the command that plays it again, and the run goes on. Exit 0: no round had a failure.

Suites:
  unit          unit and component specs: those of npm test that start no process, open no socket of a server, make no folder
                on the disk, and test code, not the repository. Many rounds in one process, so that what one leaves behind
                is seen; every 50 in a new one, loaded in another order
  ROOM,ROOM     of these, those in spec/ROOM: throttle, for one, is the harness of the throttlers
  rest          all others: spec/all, and of npm test those below. As npm runs them, in new processes each round
                ${outside.join('\n                ')}`

const flags = {
  suite: text('SUITE', 'unit', 'unit, rest, or rooms of unit'),
  rounds: whole('N', 10, 'how often'),
  jobs: whole('N', 2, 'processes of unit side by side'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of orders, and of all that is drawn', 0),
  long: toggle('1,000 rounds of unit, then 50 of rest, whatever --suite and --rounds say'),
  json: toggle('the summary as JSON'),
}

async function flakes({ suite, rounds, jobs, seed, long, json }: Values<typeof flags>): Promise<boolean> {
  if (suite !== 'rest') unitSpecs(suite) // refused here, if there is no such room
  const [played, findings]: [Round[], string[]] = [[], []]
  const progress = json ? console.error : console.log
  const tell = (round: Round): void => {
    played.push(round)
    if (round.failures.length > 0) findings.push(roundText(round))
    progress(`round ${played.length}: ${roundText(round)}`)
  }
  const plan = long ? { unit: 1_000, rest: 50 } : { [suite]: rounds }
  for (const [name, count] of Object.entries(plan)) {
    if (name === 'rest') await playRest(seed, count, tell)
    else await playUnit(name, { seed, rounds: count, jobs }, tell)
  }
  const held = played.filter(({ failures }) => failures.length === 0).length
  const of = Object.values(plan).reduce((sum, count) => sum + count, 0)
  const specs = played.reduce((sum, round) => sum + round.specs, 0)
  console.log(
    json ? JSON.stringify({ line: 'flakes', held, of, seed, specs, findings }) : summary(held, of, specs, seed),
  )
  return held === of
}

function summary(held: number, of: number, specs: number, seed: number): string {
  return `${held} of ${of} rounds without a failure, ${specs} specs run (seed ${seed})`
}

await runCommand(usage, flags, flakes)
