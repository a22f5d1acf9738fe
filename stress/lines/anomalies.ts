// Plants anomalies into a history that is right, and counts those that the checker of strict serializability tells.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { runCommand } from '../harness/command.ts'
import { toggle, type Values, whole } from '../harness/flags.ts'

const usage = `node stress/lines/anomalies.ts [flags]

Runs the specs that plant one anomaly each into a history that is right: lost updates, stale and dirty reads, write skew,
effects that come twice, seqs that are missing or given twice, replays that differ, and more. Exit 0: each was told; 1: one
was not.`

const flags = {
  seed: whole('N', 1, 'of the order of the specs', 0),
  json: toggle('the summary as JSON'),
}

interface Report {
  readonly stats: { readonly tests: number; readonly passes: number }
  readonly failures: readonly { readonly fullTitle: string }[]
}

const root = path.join(import.meta.dirname, '../..')
const mocha = ['node_modules/mocha/bin/mocha.js', '--no-config', '--reporter', 'json']
const specs = ['--require', './spec/setup/suite.ts', 'spec/serializability/anomalies*.spec.ts']

async function anomalies({ seed, json }: Values<typeof flags>): Promise<boolean> {
  const env = { ...process.env, SPEC_SEED: `${seed}` }
  const { stdout, stderr } = spawnSync(process.execPath, [...mocha, ...specs], { cwd: root, env, encoding: 'utf8' })
  const begin = stdout.indexOf('\n{') // a line with the seed comes first
  if (begin < 0) throw new Error(`the specs did not run: ${stdout}${stderr}`)
  const { stats, failures }: Report = JSON.parse(stdout.slice(begin))
  const findings = failures.map(({ fullTitle }) => fullTitle)
  const summary = { line: 'anomalies', held: stats.passes, of: stats.tests, seed, findings }
  console.log(
    json ? JSON.stringify(summary) : `${stats.passes} of ${stats.tests} told${findings.map((one) => `\n${one}`)}`,
  )
  return stats.tests > 0 && stats.passes === stats.tests
}

await runCommand(usage, flags, anomalies)
