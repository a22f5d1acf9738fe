// npm run stress: the origin's stress test over real HTTP, with every answer held against a second book.

import path from 'node:path'
import { Findings } from './checks/findings.ts'
import { runCommand } from './harness/command.ts'
import { measure, share, text, toggle, type Values, whole } from './harness/flags.ts'
import { Progress } from './harness/progress.ts'
import { launcher, startServer, temporaryFolder } from './harness/server-process.ts'
import { reportOf, reportText } from './scenario/report.ts'
import type { Seen } from './scenario/run.ts'
import { playScenario, type ScenarioOptions } from './scenario/scenario.ts'

const usage = `npm run stress -- [flags]

Moves amounts between users, reads balances in between, and holds every answer and every balance against a ledger of
its own. Exit 0: all agree; 1: something does not; 2: bad flags. Nothing is sent twice.`

const flags = {
  count: whole('N', 20_000, 'transfers'),
  users: whole('N', 100, 'accounts that they go between', 2),
  seed: whole('N', 42, 'repeats the same plan', 0),
  concurrency: whole('N', 200, 'requests in flight'),
  zipf: measure('SKEW', 0, '0: all users alike; 1.5: a few in almost all transfers'),
  reads: share(0.2, 'balance reads among all requests'),
  refused: share(0, 'transfers that must be refused, among all transfers'),
  url: text('URL', undefined, 'a server that runs already, on which nobody else moves user1, user2, …'),
  engine: text('ENGINE', 'file', 'of the server that is started when there is no --url'),
  server: text('FILE', launcher, 'the launcher of that server'),
  json: toggle('the report as JSON'),
}

async function stress(values: Values<typeof flags>): Promise<boolean> {
  const options = { ...values, alone: values.url === undefined }
  const findings = new Findings()
  const progress = new Progress('transfers and reads', Math.round(values.count / (1 - values.reads)))
  const seen = await (values.url === undefined
    ? onOwnServer(values, options, findings, progress)
    : playScenario(values.url, options, findings, progress))
  const report = reportOf(options, seen, findings)
  console.log(values.json ? JSON.stringify(report) : reportText(report))
  return report.passed
}

async function onOwnServer(
  { engine, server: script }: Values<typeof flags>,
  options: ScenarioOptions,
  findings: Findings,
  progress: Progress,
): Promise<Seen> {
  const folder = await temporaryFolder('stress')
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const server = startServer(script, ['--port', '0', '--host', '127.0.0.1', ...places, '--engine', engine])
  const seen = await playScenario(await server.ready, options, findings, progress).catch((error: unknown) => {
    throw new Error(`the scenario broke off; the server's log ends with:\n${server.log()}`, { cause: error })
  })
  const exit = await server.stop()
  findings.demand(exit.code === 0, () => `the server ended with ${exit.signal ?? exit.code} and not 0\n${server.log()}`)
  return seen
}

await runCommand(usage, flags, stress)
