// npm run simulate: whole worlds in one thread, each from its seed: a server on a disk that lies, and an auditor.

import { runCommand } from './harness/command.ts'
import { BadFlag, measure, text, toggle, type Values, whole } from './harness/flags.ts'
import { climateOf, type Evil, evils, type Limits } from './simulator/climate.ts'
import { replayLine, shrink } from './simulator/shrink.ts'
import { type Outcome, simulate } from './simulator/simulate.ts'

const usage = `npm run simulate -- [flags]

Runs the whole node (actors, rules, journal in two copies) in one thread on a virtual clock and a simulated disk, with
clients that retry, repeat and give up, and evils: ${evils.join(', ')}.
Then all is healed, and everything must come to rest. An auditor with a ledger of its own holds every answer and every
start against what is durable. The same seed does the same again: the trace hash tells.
A failure is shrunk, and the line that makes it happen again is printed. Exit 0: no failure; 1: one at least.`

const flags = {
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the first world; another one each time', 0),
  seeds: whole('N', 1, 'worlds, each with the next seed'),
  minutes: measure('M', 10, 'simulated minutes in which evil things happen'),
  without: text('LIST', '', 'evils that do not come, by comma'),
  clients: whole('N', Number.POSITIVE_INFINITY, 'at most, in each world'),
  commands: whole('N', Number.POSITIVE_INFINITY, 'at most, in each world'),
  twice: toggle('run each world twice, and compare the trace hashes'),
  trace: toggle('print all that happens'),
  json: toggle('the summary as JSON'),
}

type Settings = Values<typeof flags>

async function run(values: Settings): Promise<boolean> {
  const limits: Limits = { ...values, without: evilsIn(values.without) }
  const totals = {
    held: 0,
    seeds: 0,
    simulated_seconds: 0,
    commands: 0,
    transfers: 0,
    records: 0,
    evils: 0,
    starts: 0,
    events: 0,
    failures: 0,
    different: 0,
  }
  const came: Came = {}
  const begun = process.cpuUsage()
  const started = performance.now()
  for (let seed = values.seed; seed < values.seed + values.seeds; seed++) {
    const print = values.trace ? (line: string) => console.log(line) : undefined
    const outcome = await simulate(climateOf(seed, limits), print)
    add(totals, outcome)
    for (const [evil, count] of outcome.came) came[evil] = count + (came[evil] ?? 0)
    tellHowFar(totals.seeds, values.seeds)
    if (values.seeds === 1 && !values.json) console.log(`seed ${seed}: trace ${outcome.hash}`)
    const isSame = !values.twice || (await simulate(climateOf(seed, limits))).hash === outcome.hash
    if (!isSame) totals.different += 1
    if (isSame && outcome.wrong === undefined) totals.held += 1
    if (outcome.wrong === undefined) continue
    totals.failures += 1
    await tell(seed, limits, outcome)
    if (totals.failures === toldAtMost) break
  }
  const { user, system } = process.cpuUsage(begun)
  const seconds = round((performance.now() - started) / 1_000)
  console.log(summary(values, { ...totals, came, seconds, cpu_seconds: (user + system) / 1e6 }))
  return totals.failures + totals.different === 0
}

const toldAtMost = 5

/** Twenty times in a long run: a short one is over soon. */
function tellHowFar(done: number, of: number): void {
  if (of >= 200 && done % Math.ceil(of / 20) === 0) console.error(`${done} of ${of} worlds`)
}

async function tell(seed: number, limits: Limits, outcome: Outcome): Promise<void> {
  console.error(`FAILED (seed ${seed}): ${outcome.wrong}`)
  const smallest = await shrink(seed, limits, outcome)
  console.error(
    `  smaller: ${smallest.outcome.commands} commands, ${smallest.outcome.evils} evils: ${smallest.outcome.wrong}`,
  )
  console.error(`  again: ${replayLine(seed, smallest.limits)}`)
}

const counted = ['commands', 'transfers', 'records', 'evils', 'starts', 'events'] as const

type Totals = Pick<Outcome, (typeof counted)[number]> & {
  held: number
  seeds: number
  simulated_seconds: number
  failures: number
  different: number
}

function add(totals: { -readonly [Name in keyof Totals]: number }, outcome: Outcome): void {
  totals.seeds += 1
  totals.simulated_seconds += outcome.seconds
  for (const name of counted) totals[name] += outcome[name]
}

type Came = Partial<Record<Evil, number>>
type Measured = Totals & { readonly came: Came; readonly seconds: number; readonly cpu_seconds: number }

function summary({ seed, seeds: of, json, twice }: Settings, totals: Measured): string {
  const {
    seeds,
    simulated_seconds: seconds,
    commands,
    transfers,
    evils: came,
    starts,
    failures,
    different,
    cpu_seconds,
  } = totals
  const rates = {
    times_real: Math.round(seconds / cpu_seconds),
    transfers_a_second: round(totals.transfers / seconds),
    commands_a_second: round(commands / seconds),
    evils_a_minute: round((60 * came) / seconds),
    starts_a_minute: round((60 * starts) / seconds),
    worlds_a_cpu_second: round(seeds / cpu_seconds),
  }
  if (json) return JSON.stringify({ line: twice ? 'hashes' : 'simulate', of, seed, ...totals, ...rates })
  return [
    `${seeds} worlds from seed ${seed}: ${failures} failed${twice ? `, ${seeds - different} of ${seeds} trace hashes equal` : ''}`,
    `${Math.round(seconds)} simulated seconds in ${round(cpu_seconds)} s of CPU: ${rates.times_real} times real time`,
    `${transfers} transfers (${rates.transfers_a_second} a second) of ${commands} commands, ${came} evils (${rates.evils_a_minute} a minute), ${starts} starts`,
    evils.map((evil) => `${evil} ${totals.came[evil] ?? 0}`).join(', '),
  ].join('\n')
}

function round(value: number): number {
  return Math.round(100 * value) / 100
}

function evilsIn(list: string): readonly Evil[] {
  const names = list.split(',').filter((name) => name !== '')
  return names.map((name) => {
    const evil = evils.find((known) => known === name)
    if (evil === undefined) throw new BadFlag(`--without does not know '${name}': ${evils.join(', ')}`)
    return evil
  })
}

await runCommand(usage, flags, run)
