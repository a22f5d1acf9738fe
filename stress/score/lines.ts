// The lines of the scorecard: what each one proves, how it is run in seconds, and how for good.

export interface Line {
  readonly name: string
  /** What is counted. */
  readonly counts: string
  readonly proves: string
  /** Who is known for this kind of proof, and what goes beyond it here. */
  readonly anchor: string
  /** Run as `node SCRIPT --json --seed N …`; its last line tells `held` and `of`. */
  readonly script: string
  /** Seconds. */
  readonly short: readonly string[]
  /** Minutes, or hours. */
  readonly long: readonly string[]
}

export const lines: readonly Line[] = [
  {
    name: 'kill',
    counts: 'kills',
    proves: 'after kill -9 all that was acknowledged is there once, and the rest wholly or not at all',
    anchor: "Jepsen's process kills; here recoveries are killed, too, and every id and seq is asked for",
    script: 'stress/crash.ts',
    short: ['--rounds', '3'],
    long: ['--rounds', '1000'],
  },
  {
    name: 'commands',
    counts: 'commands',
    proves: 'every answer and balance is what a second ledger says that was written from the contract alone',
    anchor: "TigerBeetle's auditor; here over HTTP, with kills and a rebuilt archive",
    script: 'stress/commands.ts',
    short: ['--count', '1500', '--kills', '1'],
    long: ['--count', '100000', '--kills', '10'],
  },
  {
    name: 'serializability',
    counts: 'operations',
    proves: 'all answers could have happened in one order that agrees with the clock, kills included',
    anchor: "Jepsen's Elle looks for cycles; here each answer says where it stands, and all that it tells is compared",
    script: 'stress/serializability.ts',
    short: ['--operations', '5000', '--kills', '1'],
    long: ['--operations', '1000000', '--kills', '20'],
  },
  {
    name: 'anomalies',
    counts: 'specs',
    proves: 'the checker of strict serializability is not blind: each anomaly that is planted into a history is told',
    anchor: "Adya's and Elle's catalogues of anomalies; here those of money and of exactly-once, too",
    script: 'stress/anomalies.ts',
    short: [],
    long: [],
  },
  {
    name: 'planted',
    counts: 'bugs caught twice',
    proves: 'the harnesses are not blind: known bugs, planted one at a time, are each caught by two of them',
    anchor:
      'mutation testing asks the specs; here whole bugs are planted, and simulator, kills and histories are asked, too',
    script: 'stress/planted.ts',
    short: ['--only', 'answer-before-sync,replay-off-by-one,expiry-twice'],
    long: [],
  },
]
