// The harnesses that must catch planted bugs, each in the shortest form that does.

/** The arguments of Node. */
type Harness = (seed: number) => readonly string[]

const mocha = [
  'node_modules/mocha/bin/mocha.js',
  '--no-config',
  '--require',
  './spec/setup/suite.ts',
  '--bail',
  '--exit',
]
const specs =
  (...files: readonly string[]): Harness =>
  () => [...mocha, '--timeout', '60000', ...files]
const script =
  (file: string, ...flags: readonly string[]): Harness =>
  (seed) => [file, ...flags, '--seed', `${seed}`]

export const harnesses = {
  'specs of the rules': specs('spec/contracts/**/*.spec.ts'),
  'specs of the virtual machine': specs('spec/virtual-machine/**/*.spec.ts'),
  'specs of storage': specs('spec/state-storage/**/*.spec.ts'),
  'specs of the node': specs('spec/node/**/*.spec.ts'),
  'specs of the journal': specs('spec/journal/**/*.spec.ts'),
  'specs of the archive': specs('spec/archive/**/*.spec.ts'),
  'random properties': specs('spec/properties/**/*.spec.ts'),
  'power cuts': specs('spec/all/journal/power-cut.spec.ts'),
  'archive damage': specs('spec/all/archive/damage.spec.ts'),
  'forged ledgers': specs('spec/all/cli/*.spec.ts'),
  simulator: script('stress/simulate.ts', '--seeds', '120'),
  commands: script('stress/lines/commands.ts', '--count', '1500', '--kills', '1'),
  'broken disk': specs('spec/all/end-to-end/exits.spec.ts'),
  'lost records': specs('spec/all/end-to-end/lost-records.spec.ts'),
  'many reads': script('stress/lines/serializability.ts', '--operations', '30000', '--reads', '0.8', '--batchers', '0'),
  crash: script('stress/lines/crash.ts', '--rounds', '3'),
  serializability: script('stress/lines/serializability.ts', '--operations', '8000', '--kills', '1'),
} as const satisfies Readonly<Record<string, Harness>>

export type HarnessName = keyof typeof harnesses
