// The journal, with the auditor looking over its shoulder: what it says is durable must be on the disk.

import type {
  Appended,
  Journal,
  JournalEntry,
  JournalOpened,
  JournalRecord,
  Witness,
} from '../../../actors/state-storage/journal.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { demand, type Tape } from '../audit/tape.ts'

export interface Watch {
  readonly tape: Tape
  /** Whether every copy that can be trusted holds the line, whatever happens next. */
  readonly isDurable: (line: string) => boolean
  /** Undefined once the process is gone. */
  readonly isOver: () => boolean
  /** Told each line that has become durable. */
  readonly told: (line: string) => void
}

export class WatchedJournal implements Journal {
  readonly #journal: Journal
  readonly #watch: Watch
  readonly #pending: { entry: JournalEntry | undefined }

  /** `pending` outlives the process: the record that was under way when it ended may have become durable. */
  constructor(journal: Journal, watch: Watch, pending: { entry: JournalEntry | undefined }) {
    this.#journal = journal
    this.#watch = watch
    this.#pending = pending
  }

  async open(witness?: Witness): Promise<JournalOpened> {
    const { tape } = this.#watch
    const opened = await this.#journal.open(witness)
    const { head } = opened
    demand(
      head.seq >= tape.seq,
      () => `records are missing: ${tape.seq} was durable, but the journal ends at ${head.seq}`,
    )
    // A genesis that nobody has built on may be made again.
    if (tape.lines.length === 0 && head.seq === 0) tape.begin(head)
    return opened
  }

  async append(entry: JournalEntry): Promise<Appended> {
    this.#pending.entry = entry
    const appended = await this.#journal.append(entry)
    if (this.#watch.isOver()) return appended
    const { line } = appended
    demand(this.#watch.isDurable(line), () => `seq ${entry.last} was called durable, but is not: ${line}`)
    this.#take(line)
    return appended
  }

  async *read(after: Seq): AsyncGenerator<JournalRecord> {
    for await (const record of this.#journal.read(after)) {
      this.#compare(record)
      yield record
    }
  }

  hasSpaceFor(bytes: number): boolean {
    return this.#journal.hasSpaceFor(bytes)
  }

  close(): Promise<void> {
    return this.#journal.close()
  }

  /** What the tape has must be as it was; what it does not have yet must be what was under way. */
  #compare({ first, last, line }: JournalRecord): void {
    const { tape } = this.#watch
    if (last <= tape.seq) {
      const known = tape.lineOf(first)
      return demand(line === known, () => `seq ${first} was ${known}, but reads as ${line}`)
    }
    const { entry } = this.#pending
    const wanted = JSON.stringify(entry?.transactions)
    demand(wanted === JSON.stringify(JSON.parse(line).transactions), () => `nobody wrote ${line}, but ${wanted}`)
    this.#take(line)
  }

  #take(line: string): void {
    this.#pending.entry = undefined
    this.#watch.tape.take(line)
    this.#watch.told(line)
  }
}
