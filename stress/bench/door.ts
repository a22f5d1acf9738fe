// npm run bench:door: what tokens, door and admission cost a single transfer, by turns in one run.

import os from 'node:os'
import path from 'node:path'
import { runCommand } from '../harness/command.ts'
import { measure as number, text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { launcher, startServer, temporaryFolder } from '../harness/server-process.ts'
import { tokensFor } from '../overload/tokens.ts'
import { type Measured, measure, settle } from './measure.ts'
import { median } from './report.ts'
import { requestsFor } from './requests.ts'

const usage = `npm run bench:door -- [flags]

Two servers, each with a ledger of its own, asked by turns: one with all of it on (each request brings a token; rates of
addresses and tokens are counted, and high), the other with all of it off (no tokens, no admission). Two neighbouring rounds
make a pair, and every other pair begins with the other one. Told are the medians over the pairs of the ratio of their
requests a second, and of the processor's time a request. The second disturbs less where others use the machine, too.
All of it is done in several lives of both servers: one process differs from the next by more than what is measured.
Each life begins with a load that is not measured: before it is compiled, code that is the same for all costs ten times as much.`

const flags = {
  seconds: number('S', 2, 'of each measurement'),
  warm: number('S', 10, 'of load before the first, until what runs often has been compiled'),
  lives: whole('N', 5, 'of the two servers'),
  pairs: whole('N', 3, 'of measurements in each life'),
  connections: whole('N', 64, 'each in a closed loop'),
  accounts: whole('N', 10_000, 'that the transfers go between', 2),
  least: number('RATIO', 0, 'of the requests a second, for exit code 0'),
  seed: whole('N', 42, 'of the transfers', 0),
  data: text('FOLDER', os.tmpdir(), 'below which the ledgers are kept while it is measured'),
  json: toggle('the figures as JSON'),
}

type Options = Values<typeof flags>

type Pair = readonly [on: Measured, off: Measured]

interface Side {
  readonly pid: number
  measured(seconds: number): Promise<Measured>
  stop(): Promise<unknown>
}

const unadmitted = path.join(import.meta.dirname, 'unadmitted-server.ts')
/** Counted, and never reached. */
const rates = ['--rate-per-address', '9999999', '--rate-per-token', '9999999']

async function bench(options: Options): Promise<boolean> {
  const progress = new Progress('measurements', options.lives * 2 * options.pairs)
  const pairs: Pair[] = []
  for (let life = 0; life < options.lives; life++) pairs.push(...(await lived(options, progress)))
  progress.finish()
  const figures = figuresOf(pairs)
  console.log(options.json ? JSON.stringify(figures) : JSON.stringify(figures, undefined, 2))
  return figures.requests_on_to_off >= options.least
}

/** Two new processes: one that has begun badly (what is compiled when, and lies where) stays so as long as it lives. */
async function lived(options: Options, progress: Progress): Promise<readonly Pair[]> {
  const sides = [await started(options, launcher, rates), await started(options, unadmitted, [])] as const
  const pairs: Pair[] = []
  for (const side of sides) await side.measured(options.warm)
  for (let pair = 0; pair < options.pairs; pair++) {
    const order = pair % 2 === 0 ? sides : sides.toReversed()
    const both = new Map<Side, Measured>()
    for (const side of order) {
      both.set(side, await side.measured(options.seconds))
      await settle(side.pid)
      progress.step()
    }
    const [on, off] = sides.map((side) => both.get(side))
    if (on !== undefined && off !== undefined) pairs.push([on, off])
  }
  await Promise.all(sides.map((side) => side.stop()))
  return pairs
}

async function started(options: Options, script: string, more: readonly string[]): Promise<Side> {
  const folder = await temporaryFolder('bench', { below: options.data })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const server = startServer(script, ['--port', '0', '--host', '127.0.0.1', ...places, ...more])
  const url = await server.ready
  const [token] = script === launcher ? await tokensFor(url, ['bench']) : []
  const request = requestsFor(options.accounts, 0, options.seed, token)
  return {
    pid: server.pid,
    measured: (seconds) => measure({ url, pid: server.pid }, options.connections, seconds, request),
    stop: () => server.stop(),
  }
}

function figuresOf(pairs: readonly Pair[]) {
  const of = (member: 'requests_per_second' | 'server_cpu_us_per_request' | 'p99_ms') => {
    const ratios = pairs.map(([on, off]) => on[member] / off[member]).toSorted((one, other) => one - other)
    const quarter = Math.floor(ratios.length / 4)
    return { ratio: median(ratios), between: [ratios[quarter], ratios.at(-1 - quarter)] as const }
  }
  const [requests, cpu, p99] = [of('requests_per_second'), of('server_cpu_us_per_request'), of('p99_ms')]
  return {
    pairs: pairs.length,
    requests_on_to_off: requests.ratio,
    requests_half_of_the_pairs: requests.between,
    cpu_on_to_off: cpu.ratio,
    cpu_half_of_the_pairs: cpu.between,
    p99_on_to_off: p99.ratio,
    requests_per_second: medians(pairs, 'requests_per_second'),
    server_cpu_us_per_request: medians(pairs, 'server_cpu_us_per_request'),
  }
}

function medians(pairs: readonly Pair[], member: 'requests_per_second' | 'server_cpu_us_per_request') {
  return { on: median(pairs.map(([on]) => on[member])), off: median(pairs.map(([, off]) => off[member])) }
}

await runCommand(usage, flags, bench)
