// Sends the planned operations, so many in flight at a time, and remembers what was told to whom and when.

import { type Answer, balanceRead, type Holding, originBalance, refusalTold, transferMade } from '../checks/answers.ts'
import type { ReadSeen, TransferSeen } from '../checks/audit.ts'
import type { Findings } from '../checks/findings.ts'
import type { Client } from '../harness/client.ts'
import { Latency } from '../harness/latency.ts'
import type { Progress } from '../harness/progress.ts'
import type { Asked } from '../serializability/history.ts'
import { toldBy, toldByOrigin } from '../serializability/reading.ts'
import { Recorder } from '../serializability/recorder.ts'
import type { Door, Operation } from './plan.ts'

type Transfer = Extract<Operation, { kind: 'transfer' }>

/** A transfer through the origin's endpoint: its answer tells the sender's balance and not its own seq. */
export interface UnplacedTransfer extends Pick<TransferSeen, 'from' | 'to' | 'amount' | 'sentAfter'> {
  readonly sender: Holding
  /** Its seq is at most this. */
  readonly ledgerSeq: number
}

export interface Seen {
  readonly transfers: TransferSeen[]
  readonly unplaced: UnplacedTransfer[]
  readonly reads: ReadSeen[]
  refused: number
  readonly transferLatency: Latency
  readonly readLatency: Latency
  seconds: number
  /** Calls whose order was checked; 0 when others write, too. */
  checked: number
}

/** With more findings than this there is nothing to learn from going on. */
const givesUpAfter = 200

export class Run {
  readonly #client: Client
  readonly #findings: Findings
  readonly #progress: Progress
  readonly recorder = new Recorder()
  /** The highest seq that any answer has told as its own: what is sent from now on must come after it. */
  #answered = 0
  readonly seen: Seen = {
    transfers: [],
    unplaced: [],
    reads: [],
    refused: 0,
    transferLatency: new Latency(),
    readLatency: new Latency(),
    seconds: 0,
    checked: 0,
  }

  constructor(client: Client, findings: Findings, progress: Progress) {
    this.#client = client
    this.#findings = findings
    this.#progress = progress
  }

  /** Settles when the last answer has come. What goes wrong is a finding, and is not sent again. */
  async work(operations: Iterator<Operation, unknown>, inFlight: number): Promise<Seen> {
    const begin = performance.now()
    await Promise.all(Array.from({ length: inFlight }, (_, connection) => this.#worker(connection, operations)))
    this.seen.seconds = (performance.now() - begin) / 1_000
    return this.seen
  }

  async #worker(connection: number, operations: Iterator<Operation, unknown>): Promise<void> {
    for (let next = operations.next(); !next.done; next = operations.next()) {
      if (this.#findings.count > givesUpAfter) return
      try {
        await this.#perform(connection, next.value)
      } catch (error) {
        this.#findings.add(`${described(next.value)}: ${error instanceof Error ? error.message : error}`)
      }
      this.#progress.step()
    }
  }

  #perform(connection: number, operation: Operation): Promise<void> {
    if (operation.kind === 'read') return this.#read(connection, operation.account, operation.door)
    if (operation.kind === 'refused') return this.#beRefused(connection, operation)
    return operation.door === 'v1'
      ? this.#transfer(connection, operation)
      : this.#transferAsOrigin(connection, operation)
  }

  async #transfer(connection: number, { from, to, amount }: Transfer): Promise<void> {
    const sentAfter = this.#answered
    const body = JSON.stringify({ from, to, amount: `${amount}` })
    const answer = await this.#recorded(connection, transferOf(from, to, amount), 'v1', () =>
      timed(this.seen.transferLatency, this.#client.post('/v1/transfers', body)),
    )
    const { seq, holdings } = transferMade(answer, { from, to, amount })
    this.#answered = Math.max(this.#answered, seq)
    this.seen.transfers.push({ from, to, amount, seq, holdings, sentAfter })
  }

  async #transferAsOrigin(connection: number, { from, to, amount }: Transfer): Promise<void> {
    const sentAfter = this.#answered
    const path = `/api/transfer?from=${from}&to=${to}&amount=${amount}`
    const answer = await this.#recorded(connection, transferOf(from, to, amount), 'origin', () =>
      timed(this.seen.transferLatency, this.#client.post(path)),
    )
    const { posted, ledgerSeq } = originBalance(answer)
    this.seen.unplaced.push({ from, to, amount, sender: { posted }, sentAfter, ledgerSeq })
  }

  async #beRefused(connection: number, { from, to, amount }: Extract<Operation, { kind: 'refused' }>): Promise<void> {
    const body = JSON.stringify({ from, to, amount: `${amount}` })
    const answer = await this.#recorded(connection, transferOf(from, to, amount), 'v1', () =>
      timed(this.seen.transferLatency, this.#client.post('/v1/transfers', body)),
    )
    refusalTold(answer, 'balance_overflow')
    this.seen.refused++
  }

  async #read(connection: number, account: string, door: 'v1' | 'origin'): Promise<void> {
    const sentAfter = this.#answered
    const path = door === 'v1' ? `/v1/accounts/${account}/balance` : `/api/balance?from=${account}`
    const answer = await this.#recorded(connection, { kind: 'balance', name: `${account} UNIT` }, door, () =>
      timed(this.seen.readLatency, this.#client.get(path)),
    )
    const { ledgerSeq, ...holding } = door === 'v1' ? balanceRead(answer) : originBalance(answer)
    this.seen.reads.push({ account, holding, sentAfter, ledgerSeq })
  }

  async #recorded(connection: number, asked: Asked, door: Door, send: () => Promise<Answer>): Promise<Answer> {
    const { answer } = await this.recorder.call(connection, asked, send, door === 'v1' ? toldBy : toldByOrigin)
    return answer
  }
}

function transferOf(from: string, to: string, amount: bigint): Asked {
  return { kind: 'transfer', body: { postings: [{ from, to, amount: `${amount}`, asset: 'UNIT' }] } }
}

async function timed(latency: Latency, answer: Promise<Answer>): Promise<Answer> {
  const begin = performance.now()
  const settled = await answer
  latency.record(performance.now() - begin)
  return settled
}

function described(operation: Operation): string {
  if (operation.kind === 'read') return `read of ${operation.account} (${operation.door})`
  return `${operation.kind} ${operation.from} → ${operation.to} ${operation.amount}`
}
