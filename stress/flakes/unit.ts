// Rounds of unit and component specs: processes that run many each, some side by side, and every one begun with cold code.

import { fork } from 'node:child_process'
import path from 'node:path'
import { type Round, seedOf } from './round.ts'

/** Long enough for what one round leaves behind to be seen in the next; then specs are loaded anew, in another order. */
const roundsOfAProcess = 50
/** A process that tells of no round so long hangs, or is on a machine that does. */
const patience_ms = 3_600_000
/** Specs make much that is short-lived: with the usual room for that, a third of the time goes into collecting it. */
const room = '--max-semi-space-size=128'
const program = path.join(import.meta.dirname, 'unit-process.ts')

/** Calls `tell` after each round. */
export async function playUnit(
  suite: string,
  { seed, rounds, jobs }: { readonly seed: number; readonly rounds: number; readonly jobs: number },
  tell: (round: Round) => void,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next * roundsOfAProcess < rounds) {
      const begin = next++ * roundsOfAProcess
      await playSeries(suite, seedOf(seed, begin), Math.min(roundsOfAProcess, rounds - begin), tell)
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
}

/** What a process did not come to, because it ended, is played in another. */
async function playSeries(suite: string, seed: number, rounds: number, tell: (round: Round) => void): Promise<void> {
  for (let played = 0; played < rounds; ) {
    played += await playProcess(suite, seedOf(seed, played), rounds - played, tell)
  }
}

/** Tells how many rounds were played: a process that ends early, or hangs, has failed in the one that it was at. */
function playProcess(suite: string, seed: number, rounds: number, tell: (round: Round) => void): Promise<number> {
  const args = [suite, `${seed}`, `${rounds}`]
  const child = fork(program, args, { execArgv: [room], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let told = 0
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4_000)
  })
  const end = () => void child.kill('SIGKILL')
  let patience = setTimeout(end, patience_ms)
  process.once('exit', end)
  child.on('message', (round: Round) => {
    clearTimeout(patience)
    patience = setTimeout(end, patience_ms)
    told += 1
    tell(round)
  })
  return new Promise((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(patience)
      process.off('exit', end)
      if (told < rounds) tell(brokenOff(suite, seed, told, `${code ?? signal}: ${words}`))
      resolve(Math.min(told + 1, rounds))
    }),
  )
}

function brokenOff(suite: string, seed: number, told: number, how: string): Round {
  const replay = `npm run stress:flakes -- --suite ${suite} --seed ${seed} --rounds ${told + 1}`
  const failures = [{ file: 'stress/flakes/unit-process.ts', title: 'the process', message: `ended with ${how}` }]
  return { seed: seedOf(seed, told), specs: 0, seconds: 0, failures, replay }
}
