// Runs a batch: one transaction after another against a transient state, each decided once and for ever.

import type { Refusal } from '../contracts/refusal.ts'
import { refused } from '../contracts/refusal.ts'
import type { TransferFact } from '../contracts/transfer.ts'
import type { Head, Id, Key, KeysRead, Timestamp, Transaction, Writes } from '../state-storage/messages.ts'
import type { CallContract, LedgerRequest, ProcessTransaction, TransactionAnswer } from './messages.ts'
import { requestName, transferName } from './names.ts'
import type { Processor } from './processor.ts'
import { TransientState } from './transient-state.ts'

/** Sends one request's answer; called when the batch is durable, with the head that this made. */
export type Reply = (head: Head) => void

export interface BatchRun {
  readonly transactions: readonly Transaction[]
  readonly writes: Writes
  /** One for each request, in the order of the requests. */
  readonly replies: readonly Reply[]
}

export function runBatch(
  requests: readonly LedgerRequest[],
  keys: ReadonlySet<Key>,
  read: KeysRead,
  time: Timestamp,
  processor: Processor,
): BatchRun {
  const state = new TransientState(keys, read.values)
  const transactions: TransferFact[] = []
  const taken = new Map<Id, Transaction>(read.facts)
  const replies = requests.map((request) => {
    if (request.type === 'CallContract') return called(request, processor.call(request, state))
    const earlier = decidedBefore(request, taken)
    if (earlier !== undefined) return transactionReply(request, earlier)
    if (!read.hasSpace) return rejected(request)
    return decided(request)
  })
  return { transactions, writes: state.writes(), replies }

  function decided(request: ProcessTransaction): Reply {
    const ids = namesOf(request)
    const seq = read.head.seq + transactions.length + 1
    const { fact, refusal } = processor.process(request, state, { seq, time, ids })
    if (refusal === undefined) state.keep()
    else state.drop()
    // A refusal that nobody can ask for again leaves no trace.
    if (refusal !== undefined && ids.length === 0) return transactionReply(request, refusal)
    transactions.push(fact)
    for (const id of ids) taken.set(id, fact)
    return transactionReply(request, { fact, replayed: false })
  }
}

/** The names that a request's fact takes. */
export function namesOf({ command, request }: ProcessTransaction): readonly Id[] {
  const names: Id[] = []
  if (request !== undefined) names.push(requestName(request.principal, request.key))
  if (command.id !== undefined) names.push(transferName(command.id))
  return names
}

type Answered = Refusal | { readonly fact: TransferFact; readonly replayed: boolean }

/** Idempotency goes before id, and both before anything that the state could say. */
function decidedBefore(
  { command, request }: ProcessTransaction,
  taken: ReadonlyMap<Id, Transaction>,
): Answered | undefined {
  if (request !== undefined) {
    const fact = taken.get(requestName(request.principal, request.key)) as TransferFact | undefined
    if (fact !== undefined) {
      return fact.request?.fingerprint === request.fingerprint
        ? { fact, replayed: true }
        : refused('idempotency_key_reused')
    }
  }
  if (command.id === undefined) return undefined
  const fact = taken.get(transferName(command.id)) as TransferFact | undefined
  if (fact === undefined) return undefined
  return fact.content === command.content ? { fact, replayed: true } : refused('id_exists_with_different_content')
}

function transactionReply(request: ProcessTransaction, answered: Answered): Reply {
  return (head) => {
    const answer: TransactionAnswer =
      'code' in answered
        ? { type: 'TransactionRefused', refusal: answered, head }
        : { type: 'TransactionProcessed', ...answered, head }
    request.replyTo.send(answer)
  }
}

function called(request: CallContract, balance: ReturnType<Processor['call']>): Reply {
  return (head) => request.replyTo.send({ type: 'ContractCalled', balance, head })
}

function rejected(request: ProcessTransaction): Reply {
  return () => request.replyTo.send({ type: 'RequestRejected', reason: 'storage_full' })
}
