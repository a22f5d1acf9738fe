// npm run stress:serializability: many connections with every kind of command and read, and whether it all could have happened in one order.

import { Findings } from '../checks/findings.ts'
import { runCommand } from '../harness/command.ts'
import { share, text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { launcher } from '../harness/server-process.ts'
import { type Counts, playRound } from '../serializability/run/round.ts'

const usage = `npm run stress:serializability -- [flags]

Many connections ask at once for transfers, holds, posts, voids, reversals, settings, batches and retries on a few
accounts, and read balances, settings and transfers; others send batches of up to 500 transfers among them. All is
recorded with its times, and checked: the answers must be those of a ledger that does one after another in the order of
the seqs, and that order must agree with the clock. The server is killed at random moments: what was not answered is
asked again under its key; half of all kills come where there are no large batches yet. A long run is played in rounds, each on a new ledger: round N of seed S is the first one of
seed S + N. The journal of every tenth is read by "verify". Exit 0: all of it could have happened so; 1: it could not.

An operation is a command or a read whose answer is checked; of a batch that happened, each item whose own answer
(seq, state, balances) is. A refused batch, and a replay, is one. A call is an HTTP request.`

const flags = {
  operations: whole('N', 20_000, 'that are answered and checked, at least'),
  round: whole('N', 250_000, 'operations of a round'),
  connections: whole('N', 64, 'that ask at once'),
  batchers: whole('N', 24, 'more connections, that send large batches', 0),
  accounts: whole('N', 30, 'that they all use; the fewer, the more they meet', 2),
  reads: share(0.35, 'reads among the calls of those that send no batches'),
  kills: whole('K', 0, 'kills in each round, at random moments', 0),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the calls; another one each time', 0),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the summary as JSON'),
}

/** Reading a whole journal again, and following every write of it, takes as long as playing the round. */
const verifiedOf = 10

type Settings = Values<typeof flags>

async function serializability(values: Settings): Promise<boolean> {
  const findings = new Findings()
  const progress = new Progress(`operations (seed ${values.seed})`, values.operations)
  const rounds: Counts[] = []
  for (let left = values.operations; left > 0 && findings.count === 0; ) {
    const seed = values.seed + rounds.length
    const isVerified = rounds.length % verifiedOf === 0
    const options = { ...values, seed, operations: Math.min(left, values.round), isVerified }
    const counts = await playRound(options, findings, progress)
    rounds.push(counts)
    left -= counts.operations
    if (values.operations > values.round) console.error(`round of seed ${seed}: ${JSON.stringify(counts)}`)
  }
  progress.finish()
  const summary = summaryOf(rounds, values, findings)
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary))
  return findings.count === 0
}

type Summary = ReturnType<typeof summaryOf>

function summaryOf(rounds: readonly Counts[], { seed }: Settings, findings: Findings) {
  const sum = (member: Exclude<keyof Counts, 'isVerified'>) =>
    rounds.reduce((total, counts) => total + counts[member], 0)
  const [operations, calls, asking_ms, checking_ms] = [
    sum('operations'),
    sum('calls'),
    sum('asking_ms'),
    sum('checking_ms'),
  ]
  return {
    line: 'serializability',
    held: Math.max(0, operations - findings.count),
    of: operations,
    seed,
    rounds: rounds.length,
    verified: rounds.filter(({ isVerified }) => isVerified).length,
    kills: sum('kills'),
    operations,
    calls,
    batches: sum('batches'),
    read: sum('read'),
    refused: sum('refused'),
    replayed: sum('replayed'),
    lost: sum('lost'),
    seconds: Number((asking_ms / 1_000).toFixed(1)),
    asked_per_second: Math.round((operations / asking_ms) * 1_000),
    calls_per_second: Math.round((calls / asking_ms) * 1_000),
    checked_per_second: Math.round((operations / checking_ms) * 1_000),
    findings: findings.told(),
  }
}

function summaryText(summary: Summary): string {
  const { operations, calls, batches, seconds, rounds, kills, seed, findings } = summary
  const { read, refused, replayed, lost, asked_per_second, calls_per_second, checked_per_second } = summary
  return [
    `${operations} operations in ${calls} calls, ${seconds} s, ${rounds} rounds (seed ${seed}, ${kills} kills)`,
    `calls: ${batches} batches, ${read} read, ${refused} refused, ${replayed} replayed, ${lost} lost`,
    `${asked_per_second} asked/s, in ${calls_per_second} calls/s; ${checked_per_second} checked/s`,
    ...findings.map((finding) => `WRONG: ${finding}`),
    findings.length === 0
      ? `${operations} operations strictly serializable; verify of ${summary.verified} rounds: ok`
      : `FAILED in the round of seed ${seed + rounds - 1}`,
  ].join('\n')
}

await runCommand(usage, flags, serializability)
