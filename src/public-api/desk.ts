// What every handler needs: the ledger to ask, and the means to ask it and to answer for it.

import type { BalanceQuery } from '../../actors/contracts/account.ts'
import type { TransferCommand } from '../../actors/contracts/transfer.ts'
import type { Ledger } from '../../actors/node.ts'
import type { TransactionsFound } from '../../actors/state-storage/messages.ts'
import type {
  CallAnswer,
  ContractCalled,
  RequestKey,
  RequestRejected,
  TransactionAnswer,
  TransactionProcessed,
  TransactionRefused,
} from '../../actors/virtual-machine/messages.ts'
import type { Problem } from './answer/problem.ts'
import type { Questions } from './questions.ts'

export interface Desk {
  readonly ledger: Ledger
  readonly questions: Questions
  /** A new Request-Id with each call. */
  readonly nextRequestId: () => string
  /** On whose behalf requests come; their idempotency keys are theirs alone. */
  readonly principal: string
  /** The longest body taken, in bytes. */
  readonly bodyLimit: number
}

/** A transfer whose form is right, on its way to the ledger. */
export interface AskedTransfer {
  readonly command: TransferCommand
  readonly request?: RequestKey
}

const notOpen: Problem = { code: 'not_ready', detail: 'The ledger takes no requests at the moment. Nothing happened.' }
const noAnswer: Problem = { code: 'not_ready', detail: 'The ledger did not answer in time.' }

/** Waits until the transfer is decided and durable. */
export async function processTransfer(
  desk: Desk,
  asked: AskedTransfer,
  requestId: string,
): Promise<TransactionProcessed | TransactionRefused | Problem> {
  const { ledger, questions } = desk
  if (ledger.status() !== 'open') return notOpen
  const question = questions.open<TransactionAnswer>()
  const { command, request } = asked
  ledger.virtualMachine.send(
    request === undefined
      ? { type: 'ProcessTransaction', method: 'Transfer', command, requestId, replyTo: question }
      : { type: 'ProcessTransaction', method: 'Transfer', command, request, requestId, replyTo: question },
  )
  const answer = await question.answer
  if (answer === undefined) return outcomeUnknown(asked)
  return answer.type === 'RequestRejected' ? rejection(answer) : answer
}

/** Reads a balance in turn with the transactions around it. */
export async function readBalance(desk: Desk, query: BalanceQuery): Promise<ContractCalled | Problem> {
  if (desk.ledger.status() !== 'open') return notOpen
  const question = desk.questions.open<CallAnswer>()
  desk.ledger.virtualMachine.send({ type: 'CallContract', method: 'GetBalance', query, replyTo: question })
  const answer = await question.answer
  if (answer === undefined) return noAnswer
  return answer.type === 'RequestRejected' ? rejection(answer) : answer
}

/** Looks for the fact with a seq or a name. */
export async function findTransaction(
  desk: Desk,
  place: { readonly seqs: readonly number[]; readonly ids: readonly string[] },
): Promise<TransactionsFound | Problem> {
  if (desk.ledger.status() !== 'open') return notOpen
  const question = desk.questions.open<TransactionsFound>()
  desk.ledger.stateStorage.send({ type: 'FindTransactions', ...place, replyTo: question })
  return (await question.answer) ?? noAnswer
}

const rejections: Readonly<Record<RequestRejected['reason'], Problem>> = {
  overloaded: { code: 'overloaded', detail: 'Too many requests are waiting. Nothing happened.' },
  not_ready: notOpen,
  storage_full: { code: 'storage_full', detail: 'There is no room for another record. Nothing happened.' },
}

function rejection({ reason }: RequestRejected): Problem {
  return rejections[reason]
}

/** Only what has a name can be asked for again without moving the amount twice. */
function outcomeUnknown({ command, request }: AskedTransfer): Problem {
  const unknown = 'The ledger did not answer in time; the transfer may yet happen.'
  if (command.id !== undefined) {
    return {
      code: 'outcome_unknown',
      detail: `${unknown} GET /v1/transfers/${command.id} tells, or the same request again.`,
    }
  }
  if (request !== undefined) {
    return {
      code: 'outcome_unknown',
      detail: `${unknown} The same request again tells, with Idempotency-Key ${request.key}.`,
    }
  }
  return {
    code: 'outcome_unknown',
    detail: `${unknown} It has neither id nor Idempotency-Key to look it up by.`,
    retryable: false,
  }
}
