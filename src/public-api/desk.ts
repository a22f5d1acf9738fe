// What every handler needs: the ledger to ask, and the means to ask it and to answer for it.

import type { Ledger } from '../../actors/node.ts'
import type { TransactionsFound } from '../../actors/state-storage/messages.ts'
import type {
  BalanceQuery,
  CallAnswer,
  Commands,
  ContractCalled,
  Method,
  RequestKey,
  RequestRejected,
  TransactionAnswer,
  TransactionProcessed,
  TransactionRefused,
} from '../../actors/virtual-machine/messages.ts'
import type { AccountLists } from '../archive/accounts/account-lists.ts'
import type { History } from '../archive/history/history.ts'
import type { TokenDesk } from '../tokens/token.ts'
import type { WebhookDesk } from '../webhooks/webhook.ts'
import type { TurnedAway } from './admission/gate.ts'
import type { Problem } from './answer/problem.ts'
import type { Subscribers } from './events/subscribers.ts'
import type { JournalDoor } from './journal/journal-door.ts'
import type { Questions } from './questions.ts'
import type { Streams } from './streams.ts'
import type { Turns } from './turns.ts'

export interface Desk {
  readonly ledger: Ledger
  readonly questions: Questions
  /** A new Request-Id with each call. */
  readonly nextRequestId: () => string
  /** On whose behalf requests come; their idempotency keys are theirs alone. */
  readonly principal: string
  /** The longest body taken, in bytes. */
  readonly bodyLimit: number
  /** Absent where nobody keeps one. */
  readonly history: History | undefined
  readonly accounts: AccountLists | undefined
  /** Absent where nobody delivers. */
  readonly webhooks: WebhookDesk | undefined
  /** Absent where everybody may do everything. */
  readonly tokens: TokenDesk | undefined
  /** For those who wait until the history goes far enough. */
  readonly patience: Questions
  /** For those who wait for more of a body that may take as long as it takes. */
  readonly bodies: Questions
  /** Absent where the journal does not go out or come in. */
  readonly journal: JournalDoor | undefined
  /** Whoever streams an answer is told here when to end it. */
  readonly streams: Streams
  /** Where the pieces of long answers wait to be made. */
  readonly turns: Turns
  /** Those who follow the events. */
  readonly subscribers: Subscribers
}

/** What clients can ask for; holds expire by themselves. */
export type Askable = Exclude<Method, 'Expire'>

/** A change of the ledger whose form is right, on its way there. */
export type Asked<Name extends Askable = Askable> = {
  readonly [One in Name]: {
    readonly method: One
    readonly command: Commands[One]
    readonly request?: RequestKey
    readonly dryRun?: true
  }
}[Name]

export const notOpen: Problem = {
  code: 'not_ready',
  detail: 'The ledger takes no requests at the moment. Nothing happened.',
}
export const noAnswer: Problem = { code: 'not_ready', detail: 'The ledger did not answer in time.' }

export type AskedTransfer = Omit<Asked<'Transfer'>, 'method'>

/** Who asks: while it waits in line it gives up its place when it goes away. */
export interface Asker {
  readonly requestId: string
  readonly client: Request
}

/** Waits until one transfer is decided and durable. */
export function processTransfer(desk: Desk, asked: AskedTransfer, asker: Asker) {
  return processTransaction(desk, { method: 'Transfer', ...asked }, asker)
}

/** Waits until it is decided and durable. */
export async function processTransaction(
  { ledger, questions }: Desk,
  asked: Asked,
  { requestId, client }: Asker,
): Promise<TransactionProcessed | TransactionRefused | Problem> {
  if (ledger.status() !== 'open') return notOpen
  const question = questions.open<TransactionAnswer>(client)
  ledger.virtualMachine.send({ type: 'ProcessTransaction', ...asked, requestId, replyTo: question })
  const answer = await question.answer
  if (answer === undefined) return asked.dryRun ? noAnswer : outcomeUnknown(asked)
  return answer.type === 'RequestRejected' ? rejection(answer) : answer
}

/** Reads a balance in turn with the transactions around it. */
export async function readBalance(desk: Desk, query: BalanceQuery, client: Request): Promise<ContractCalled | Problem> {
  if (desk.ledger.status() !== 'open') return notOpen
  const question = desk.questions.open<CallAnswer>(client)
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

export function rejection(rejected: RequestRejected | TurnedAway): Problem {
  const problem = rejections[rejected.reason]
  return 'retryAfter' in rejected ? { ...problem, retryAfter: rejected.retryAfter } : problem
}

/** Only what can't happen twice may be asked for again. */
function outcomeUnknown(asked: Asked): Problem {
  const unknown = 'The ledger did not answer in time; what was asked for may yet happen.'
  if (asked.request !== undefined && !('id' in asked.command)) {
    const detail = `${unknown} The same request again tells, with Idempotency-Key ${asked.request.key}.`
    return { code: 'outcome_unknown', detail }
  }
  const place = placeOf(asked)
  if (place !== undefined) {
    return { code: 'outcome_unknown', detail: `${unknown} GET ${place} tells, or the same request again.` }
  }
  const detail = `${unknown} It has neither id nor Idempotency-Key to look it up by.`
  return { code: 'outcome_unknown', detail, retryable: false }
}

/** Where it can be seen whether it happened. */
function placeOf({ method, command }: Asked): string | undefined {
  switch (method) {
    case 'Transfer':
      return command.id === undefined ? undefined : `/v1/transfers/${command.id}`
    case 'SetAccount':
      return `/v1/accounts/${command.account}`
    default:
      return `/v1/transfers/${command.transfer}`
  }
}
