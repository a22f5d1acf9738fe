// npm run score: the evidence, one command a line; each line can fail.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { runCommand } from './harness/command.ts'
import { BadFlag, toggle, type Values, whole } from './harness/flags.ts'
import { type Line, lines } from './score/lines.ts'
import { type Scored, scoreOf, scoreText } from './score/scored.ts'

const usage = `npm run score                                the lines of the scorecard
npm run score -- LINE [flags]                one of them
npm run score -- all [flags]                 one after another

Each line attacks the server, or the code in it, and tells how many attacks it withstood. Exit 0: all; 1: not all.

${lines.map(({ name, proves }) => `  ${name.padEnd(16)}${proves}`).join('\n')}`

const flags = {
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of all that is drawn', 0),
  long: toggle('for good: minutes, or hours, instead of seconds'),
  json: toggle('one JSON object a line'),
}

async function score(name: string, options: Values<typeof flags>): Promise<boolean> {
  const chosen =
    name === 'all'
      ? lines.filter(({ onlyNamed }) => options.long || onlyNamed !== true)
      : lines.filter((line) => line.name === name)
  if (chosen.length === 0) throw new BadFlag(`there is no line ${name}: ${lines.map((line) => line.name).join(', ')}`)
  let held = true
  for (const line of chosen) {
    const scored = await play(line, options)
    console.log(options.json ? JSON.stringify(scored) : scoreText(line, scored))
    held &&= scored.passed
  }
  return held
}

async function play(line: Line, { seed, long }: Values<typeof flags>): Promise<Scored> {
  const args = [line.script, ...(long ? line.long : line.short), '--seed', `${seed}`, '--json']
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  let last = ''
  for await (const text of createInterface({ input: child.stdout })) if (text.trim() !== '') last = text
  return scoreOf(line, last, await exit, seed, Math.round((performance.now() - started) / 100) / 10)
}

const [first = '', ...others] = process.argv.slice(2)
const isNamed = first !== '' && !first.startsWith('-')
await runCommand(
  usage,
  flags,
  (options) => score(first, options),
  isNamed ? others : ['--help', ...process.argv.slice(2).filter((flag) => flag !== '--help')],
)
