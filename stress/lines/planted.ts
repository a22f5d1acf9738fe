// npm run stress:planted: bugs are planted into a copy of the sources, and each must be caught by two harnesses.

import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import type { Bug } from '../planted/bug.ts'
import { bugs } from '../planted/bugs/all.ts'
import { chosenOf, misplaced } from '../planted/scratch.ts'
import { redWithout, type Tried, tryBug } from '../planted/trial.ts'

const usage = `npm run stress:planted -- [flags]

A harness that finds nothing may be blind. So known bugs are planted into a copy of the sources, one at a time, and the
harnesses that must catch it are run on that copy: two of them, at least, must fail. Before that each of them must pass
on a copy without any bug. Exit 0: each bug was caught twice; 1: one was not.

${bugs.map(({ name, what }) => `  ${name.padEnd(28)}${what}`).join('\n')}`

const flags = {
  only: text('LIST', '', 'names of bugs, by comma; without it all'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the harnesses; another one each time', 0),
  jobs: whole('N', 2, 'bugs that are tried at once'),
  json: toggle('the summary as JSON'),
}

type Settings = Values<typeof flags>

async function planted(values: Settings): Promise<boolean> {
  const { seed, json, only, jobs } = values
  const begun = performance.now()
  const chosen = chosenOf(bugs, only)
  const lost = (await Promise.all(chosen.map(misplaced))).flat()
  const names = [...new Set(chosen.flatMap(({ caughtBy }) => caughtBy))]
  const progress = new Progress(`harnesses without a bug, then bugs (seed ${seed})`, names.length + chosen.length)
  const step = () => progress.step()
  const red = lost.length > 0 ? lost : await redWithout(names, seed, step)
  const tried = red.length > 0 ? [] : await tryAll(chosen, seed, jobs, step)
  progress.finish()
  const twice = tried.filter(({ caughtBy }) => caughtBy.length >= 2).length
  const findings = [...red, ...tried.flatMap(findingsOf)]
  const seconds = Math.round((performance.now() - begun) / 1_000)
  const held = twice === chosen.length && findings.length === 0
  const summary = { line: 'planted', held: twice, of: chosen.length, seed, seconds, findings }
  if (!json) for (const { bug, caughtBy } of tried) console.log(`${bug.padEnd(28)}caught by ${caughtBy.join(', ')}`)
  if (!json) for (const finding of findings) console.log(`WRONG: ${finding}`)
  console.log(
    json ? JSON.stringify(summary) : `${twice} of ${chosen.length} bugs caught twice (seed ${seed}, ${seconds} s)`,
  )
  return held
}

async function tryAll(chosen: readonly Bug[], seed: number, jobs: number, done: () => void): Promise<readonly Tried[]> {
  const waiting = chosen.values()
  const tried: Tried[] = []
  const worker = async () => {
    for (const bug of waiting) {
      tried.push(await tryBug(bug, seed))
      done()
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return tried
}

function findingsOf({ bug, missedBy, trouble }: Tried): readonly string[] {
  const missed = missedBy.length === 0 ? [] : [`${bug} was missed by ${missedBy.join(', ')}`]
  return trouble === undefined ? missed : [`${bug}: ${trouble}`]
}

await runCommand(usage, flags, planted)
