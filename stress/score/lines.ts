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
  /** Not among `all` in their short forms: what it waits for takes longer than all the others may. */
  readonly onlyNamed?: true
  /** Seconds. */
  readonly short: readonly string[]
  /** Minutes, or hours. */
  readonly long: readonly string[]
}

export const lines: readonly Line[] = [
  {
    name: 'crash',
    counts: 'kills',
    proves: 'after kill -9 all that was acknowledged is there once, and the rest wholly or not at all',
    anchor: "Jepsen's process kills; here recoveries are killed, too, and every id and seq is asked for",
    script: 'stress/lines/crash.ts',
    short: ['--rounds', '3'],
    long: ['--rounds', '1000'],
  },
  {
    name: 'power',
    counts: 'states',
    proves:
      'whatever a power cut leaves of the writes under way, what was acknowledged is there; without syncs it is not',
    anchor: 'ALICE and CrashMonkey enumerate the states of file systems; here of the very writes of a running ledger',
    script: 'stress/lines/power.ts',
    short: [],
    long: ['--long'],
  },
  {
    name: 'damage',
    counts: 'damages',
    proves:
      'a damaged copy is mended from the other, a damaged ledger is refused, a damaged archive is rebuilt: never believed',
    anchor: "TigerBeetle's storage faults; here every bit of a copy, and archive and id index, too",
    script: 'stress/lines/damage.ts',
    short: [],
    long: ['--long'],
  },
  {
    name: 'io',
    counts: 'faults',
    proves:
      'a system call that fails ends the process within a second, nothing more is answered, and nothing told is lost',
    anchor: 'the fsyncgate study of databases; here into the real process, call by call',
    script: 'stress/lines/io.ts',
    short: ['--rows', '5'],
    long: ['--long'],
  },
  {
    name: 'commands',
    counts: 'commands',
    proves: 'every answer and balance is what a second ledger says that was written from the contract alone',
    anchor: "TigerBeetle's auditor; here over HTTP, with kills and a rebuilt archive",
    script: 'stress/lines/commands.ts',
    short: ['--count', '1500', '--kills', '1'],
    long: ['--count', '100000', '--kills', '10'],
  },
  {
    name: 'events',
    counts: 'events',
    proves: 'subscribers that are killed and resume see every seq once, in order, as the pages tell it',
    anchor: "Kafka's consumers' offsets; here each body is compared byte for byte",
    script: 'stress/lines/events.ts',
    short: ['--count', '1500', '--subscribers', '1', '--subscriber-kills', '5'],
    long: ['--count', '20000', '--subscribers', '4', '--subscriber-kills', '20'],
  },
  {
    name: 'soak',
    counts: 'checks',
    proves:
      'memory, open files and the lag of the history stay flat over the operations of a day, and restarts grow no faster than the journal',
    anchor: 'the long tests of every database; here the limits are told, and a run can fail',
    script: 'stress/lines/soak.ts',
    short: ['--operations', '6000'],
    long: ['--long'],
  },
  {
    name: 'retries',
    counts: 'retries',
    proves:
      'a request that is sent again, by key or id, happens once and is answered the same, byte for byte, across kills',
    anchor: "Stripe's idempotency keys, which end after a day; these never do",
    script: 'stress/lines/retries.ts',
    short: [],
    long: ['--long'],
  },
  {
    name: 'simulate',
    counts: 'worlds',
    proves: 'on a disk that fails, lies and loses power nothing that was told is lost, and all comes to rest again',
    anchor:
      "TigerBeetle's VOPR and FoundationDB's simulation; here with every answer audited, and all of it in one thread",
    script: 'stress/simulate.ts',
    short: ['--seeds', '10'],
    long: ['--seeds', '10000'],
  },
  {
    name: 'hashes',
    counts: 'worlds',
    proves: 'the same seed does the same again, event by event, so that what is found once can be found again',
    anchor: "FoundationDB's unseed check; here of every event and message",
    script: 'stress/simulate.ts',
    short: ['--twice', '--seeds', '10', '--minutes', '2'],
    long: ['--twice', '--seeds', '1000'],
  },
  {
    name: 'small-worlds',
    counts: 'ends',
    proves:
      'after a crash at any operation on the disk, with any part of what was not synced, nothing is lost or done twice',
    anchor: 'ALICE and CrashMonkey try crash states of file systems; here every subset at every operation',
    script: 'stress/small-worlds.ts',
    short: ['--every', '9'],
    long: [],
  },
  {
    name: 'serializability',
    counts: 'operations',
    proves: 'all answers could have happened in one order that agrees with the clock, kills included',
    anchor: "Jepsen's Elle looks for cycles; here each answer says where it stands, and all that it tells is compared",
    script: 'stress/lines/serializability.ts',
    short: ['--operations', '5000', '--kills', '1'],
    long: ['--operations', '10000000', '--kills', '4'],
  },
  {
    name: 'anomalies',
    counts: 'specs',
    proves: 'the checker of strict serializability is not blind: each anomaly that is planted into a history is told',
    anchor: "Adya's and Elle's catalogues of anomalies; here those of money and of exactly-once, too",
    script: 'stress/lines/anomalies.ts',
    short: [],
    long: [],
  },
  {
    name: 'malformed',
    counts: 'requests',
    proves:
      'raw requests that keep no rules are answered strictly or cut off, and the ledger holds what was told, no more',
    anchor: "the fuzzers of HTTP servers and the smugglers' catalogues; here with the state of a ledger compared, too",
    script: 'stress/siege/malformed.ts',
    short: ['--count', '1200'],
    long: ['--count', '100000', '--hold', '0.01'],
  },
  {
    name: 'slow',
    counts: 'slow connections',
    proves: 'who sends or reads too slowly is sent away in ten seconds, and good clients hardly feel it',
    anchor: 'slowhttptest; here with readers, exports and subscribers, and the latency of the others measured',
    script: 'stress/slow/slow-clients.ts',
    short: ['--rounds', '1'],
    onlyNamed: true,
    long: [],
  },
  {
    name: 'sigterm',
    counts: 'stops',
    proves: 'told to stop under load it exits with 0 in five seconds, breaks no answer off, and loses nothing',
    anchor:
      'the graceful shutdowns of proxies; here each answer is counted, and the next start must find nothing to mend',
    script: 'stress/siege/sigterm.ts',
    short: ['--rounds', '3'],
    long: ['--rounds', '100'],
  },
  {
    name: 'planted',
    counts: 'bugs caught twice',
    proves: 'the harnesses are not blind: known bugs, planted one at a time, are each caught by two of them',
    anchor:
      'mutation testing asks the specs; here whole bugs are planted, and simulator, kills and histories are asked, too',
    script: 'stress/lines/planted.ts',
    short: ['--only', 'answer-before-sync,replay-off-by-one,expiry-twice'],
    long: [],
  },
  {
    name: 'flakes',
    counts: 'rounds',
    proves: 'specs hold in any order, with any seed, after each other and on a busy machine: a red one is a bug',
    anchor:
      "Chromium's and Go's stress runs of tests (-count, -shuffle); here each round has new seeds for properties, too",
    script: 'stress/flakes/flakes.ts',
    short: ['--suite', 'throttle', '--rounds', '5', '--jobs', '1'],
    long: ['--long'],
  },
  {
    name: 'overload',
    counts: 'checks',
    proves:
      'of ten times as many requests as can be served it serves as many as ever, tells the others soon, and loses none',
    anchor: "the overload chapters of Google's SRE books; here with a capacity that is known, and every answer counted",
    script: 'stress/overload/overload.ts',
    onlyNamed: true,
    short: ['--seconds', '1.5', '--peak', '0.8'],
    long: ['--seconds', '60', '--peak', '10', '--full-speed'],
  },
  {
    name: 'fairness',
    counts: 'checks',
    proves:
      'saturated bulk moves singles and reads no further than a bound, and a noisy token hardly moves a quiet one',
    anchor: 'fair queueing in network switches; here with the quiet and the noisy windows of one run beside each other',
    script: 'stress/overload/fairness.ts',
    onlyNamed: true,
    short: ['--rounds', '2', '--seconds', '0.7', '--bulk', '1', '--alone', '1'],
    long: ['--rounds', '15', '--seconds', '2', '--bulk', '20', '--alone', '5'],
  },
]
