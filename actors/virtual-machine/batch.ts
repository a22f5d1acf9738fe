// Runs a batch: one request after another against a transient state, each decided once and for ever.

import type { Fact, Stamp } from '../contracts/facts.ts'
import type { Refusal } from '../contracts/refusal.ts'
import type { KeysRead, Seq, Timestamp, Transaction, Writes } from '../state-storage/messages.ts'
import { decideItems, repeatedBy, repeatFact } from './atomic-batch.ts'
import { type Decided, decidedBefore, namesOf } from './idempotency.ts'
import type {
  BatchFact,
  BatchProcessed,
  LedgerRequest,
  ProcessBatch,
  ProcessTransaction,
  TransactionAnswer,
} from './messages.ts'
import { requestName } from './names.ts'
import type { Processor } from './processor.ts'
import type { TransientState } from './transient-state.ts'

/** Sends one request's answer; called when the batch is durable. */
export type Reply = () => void

export interface BatchRun {
  readonly transactions: readonly Transaction[]
  readonly writes: Writes
  /** One for each request, in the order of the requests. */
  readonly replies: readonly Reply[]
}

export function runBatch(
  requests: readonly LedgerRequest[],
  state: TransientState,
  { head, hasSpace }: Pick<KeysRead, 'head' | 'hasSpace'>,
  time: Timestamp,
  processor: Processor,
): BatchRun {
  const run = new Run(state, head.seq, hasSpace, time, processor)
  const replies = requests.map((request) => run.reply(request))
  return { transactions: run.transactions, writes: state.writes(), replies }
}

class Run {
  readonly transactions: Transaction[] = []
  readonly #state: TransientState
  readonly #hasSpace: boolean
  readonly #time: Timestamp
  readonly #processor: Processor
  #seq: Seq

  constructor(state: TransientState, seq: Seq, hasSpace: boolean, time: Timestamp, processor: Processor) {
    this.#state = state
    this.#seq = seq
    this.#hasSpace = hasSpace
    this.#time = time
    this.#processor = processor
  }

  reply(request: LedgerRequest): Reply {
    if (request.type === 'CallContract') {
      const balance = this.#processor.call(request, this.#state)
      const seq = this.#seq
      return () => request.replyTo.send({ type: 'ContractCalled', balance, seq })
    }
    return request.type === 'ProcessBatch' ? this.#batch(request) : this.#transaction(request)
  }

  #transaction(request: ProcessTransaction): Reply {
    const ids = request.dryRun ? [] : namesOf(request)
    const earlier = request.dryRun ? undefined : decidedBefore(this.#state, request)
    if (earlier !== undefined) return this.#again(request, earlier)
    if (!this.#hasSpace && !request.dryRun) return full(request)
    const { fact, refusal } = this.#processor.process(request, this.#state, { ...this.#stamp(), ids })
    // A refusal that nobody can ask for again leaves no trace.
    const lost = refusal !== undefined && ids.length === 0
    if (request.dryRun || lost) this.#state.drop()
    else this.#keep([fact], refusal)
    return answered(request, lost ? refusal : { fact, replayed: false }, this.#seq)
  }

  /** A new key of a transfer whose id is known is kept: what it was told once it is told for ever. */
  #again(request: ProcessTransaction, earlier: Decided | Refusal): Reply {
    if (request.request === undefined || this.#state.fact(requestName(request.request)) !== undefined) {
      return answered(request, 'code' in earlier ? earlier : { ...earlier, fact: repeatedBy(earlier.fact) }, this.#seq)
    }
    if (!this.#hasSpace) return full(request)
    const stamp = { ...this.#stamp(), ids: [requestName(request.request)] }
    const fact = repeatFact({ ...request, request: request.request }, stamp, earlier)
    this.#keep([fact], undefined)
    return answered(request, 'code' in earlier ? { fact, replayed: false } : earlier, this.#seq)
  }

  #batch(request: ProcessBatch): Reply {
    const ids = request.dryRun ? [] : namesOf(request)
    const earlier = request.dryRun ? undefined : decidedBefore(this.#state, request)
    if (earlier !== undefined) return batchAnswered(request, 'code' in earlier ? earlier : told(earlier), this.#seq)
    if (!this.#hasSpace && !request.dryRun) return full(request)
    const {
      told: facts,
      batch,
      ...decided
    } = decideItems(request, this.#state, { ...this.#stamp(), ids }, this.#processor)
    const { refusal } = decided
    const lost = refusal !== undefined && ids.length === 0
    if (request.dryRun || lost) this.#state.drop()
    else this.#keep(decided.facts, refusal)
    return batchAnswered(request, lost ? refusal : { batch, facts, replayed: false }, this.#seq)
  }

  #stamp(): Omit<Stamp, 'ids'> {
    return { seq: this.#seq + 1, time: this.#time, offset: 0 }
  }

  #keep(facts: readonly Transaction[], refusal: Refusal | undefined): void {
    if (refusal !== undefined) this.#state.drop()
    this.#state.keep(facts)
    this.transactions.push(...facts)
    if (facts.length > 0) this.#seq += 1
  }
}

type Answered = Refusal | { readonly fact: Transaction; readonly replayed: boolean }

function answered(request: ProcessTransaction, answer: Answered, seq: Seq): Reply {
  const told: TransactionAnswer =
    'code' in answer
      ? { type: 'TransactionRefused', refusal: answer, seq }
      : { type: 'TransactionProcessed', fact: answer.fact as Fact, replayed: answer.replayed, seq }
  return () => request.replyTo.send(told)
}

type BatchAnswered = Refusal | Pick<BatchProcessed, 'batch' | 'facts' | 'replayed'>

function told({ fact }: Decided): BatchAnswered {
  return { batch: fact as BatchFact, facts: undefined, replayed: true }
}

function batchAnswered(request: ProcessBatch, answer: BatchAnswered, seq: Seq): Reply {
  return () => {
    if ('code' in answer) return request.replyTo.send({ type: 'TransactionRefused', refusal: answer, seq })
    const { batch, replayed } = answer
    if (batch?.refusal === undefined) return request.replyTo.send({ type: 'BatchProcessed', ...answer, seq })
    request.replyTo.send({ type: 'BatchRefused', refusal: batch.refusal, replayed, seq })
  }
}

function full(request: ProcessTransaction | ProcessBatch): Reply {
  return () => request.replyTo.send({ type: 'RequestRejected', reason: 'storage_full' })
}
