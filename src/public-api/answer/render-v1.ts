// Renderer 1: from a transfer's fact to the bytes of its answer. Frozen: old answers are replayed with it for ever.

import type { Refusal } from '../../../actors/contracts/refusal.ts'
import type { SettingsFact } from '../../../actors/contracts/settings.ts'
import type {
  AccountAfter,
  PostingJson,
  SettlementFact,
  TransferDetails,
  TransferFact,
} from '../../../actors/contracts/transfer.ts'
import type { Seq, Timestamp } from '../../../actors/state-storage/messages.ts'
import { type Problem, renderProblem } from './problem.ts'

// By hand, and not JSON.stringify of an object: an object would move integer-like account ids to the front and lose
// one named `__proto__`. Ids, assets and amounts hold nothing that JSON escapes.

/** The body of a transfer's answer: as it began, or was refused. `reversedBy` is the id of its reversal. */
export function renderTransfer(fact: TransferFact, reversedBy?: string): string {
  const { id, state, refusal, postings, balances } = fact
  const code = refusal === undefined ? '' : `,"code":"${refusal.code}"`
  return `{"id":"${id}","state":"${state}"${code},"postings":${renderPostings(postings)},"balances":${renderBalances(balances)},${renderDetails(fact, reversedBy)}}`
}

/** The body of the same transfer's answer when its hold has ended: the whole of it, as it is now. */
export function renderSettlement({ id, state, hold, postings, balances, seq }: SettlementFact, reversedBy?: string) {
  if (hold === undefined) throw new Error(`the end of ${id} does not tell its beginning`)
  // Of several postings no single amount could be told.
  const posted = hold.postings.length === 1 ? `,"posted_amount":"${postings[0]?.amount ?? '0'}"` : ''
  return `{"id":"${id}","state":"${state}","postings":${renderPostings(hold.postings)},"balances":${renderBalances(balances)},${renderDetails(hold, reversedBy)}${posted},"updated_seq":"${seq}"}`
}

type Details = TransferDetails & { readonly seq: Seq; readonly time: Timestamp }

function renderDetails(details: Details, reversedBy: string | undefined): string {
  const { reference, metadata, effective_at, expires_at, reverses, seq, time } = details
  const told = reference === undefined ? 'null' : JSON.stringify(reference)
  const effective = effective_at === undefined ? '' : `,"effective_at":"${effective_at}"`
  const links =
    (reverses === undefined ? '' : `,"reverses":"${reverses}"`) +
    (reversedBy === undefined ? '' : `,"reversed_by":"${reversedBy}"`)
  const expires = expires_at === undefined ? '' : `,"expires_at":"${renderedTime(expires_at)}"`
  return `"reference":${told},"metadata":${renderMetadata(metadata)}${effective}${links},"created_at":"${renderTime(time)}"${expires},"seq":"${seq}"`
}

/** The body of an account's answer when its settings were changed. */
export function renderSettings({ account, asset, balances, settings }: SettingsFact): string {
  const [balance] = balances
  if (balance === undefined || settings === undefined) throw new Error(`the settings of ${account} were not told`)
  return renderAccount({ account, asset, balance, settings })
}

interface AccountToRender {
  readonly account: string
  readonly asset: string
  readonly balance: Balance
  readonly settings: Omit<NonNullable<SettingsFact['settings']>, 'revision'>
}

export function renderAccount({ account, asset, balance, settings }: AccountToRender): string {
  const { min_balance, max_balance, closed, metadata } = settings
  return `{"id":"${account}","asset":"${asset}","balance":${renderBalance(balance)},"min_balance":${renderLimit(min_balance)},"max_balance":${renderLimit(max_balance)},"closed":${closed},"metadata":${renderMetadata(metadata)}}`
}

function renderLimit(amount: string | null): string {
  return amount === null ? 'null' : `"${amount}"`
}

/** The answer of a dry run: the same, and that nothing was kept. */
export function renderUncommitted(body: string): string {
  return `${body.slice(0, -1)},"committed":false}`
}

/** The body of a kept refusal: it tells the Request-Id of the request that was refused first. */
export function renderRefusal(refusal: Refusal & { readonly request_id: string }): string {
  return renderProblem(refusalProblem(refusal), refusal.request_id)
}

export function refusalProblem(refusal: Refusal): Problem {
  const { code, account } = refusal
  return { code, detail: account === undefined ? refusalDetails[code] : `${refusalDetails[code]} (account ${account})` }
}

/** What the origin answered: the sender's new balance, or what went wrong. */
export function renderOrigin(fact: TransferFact): string {
  if (fact.refusal !== undefined) return `error: ${fact.refusal.code}`
  const sender = fact.postings[0]?.from
  const after = fact.balances.find((balance) => balance.account === sender)
  if (after === undefined) throw new Error(`transfer ${fact.id} does not hold its sender's balance`)
  return after.posted
}

const refusalDetails: Readonly<Record<Refusal['code'], string>> = {
  idempotency_key_reused: 'This Idempotency-Key came before with another request. Nothing was moved.',
  id_exists_with_different_content: 'This id came before with another content. Nothing was moved.',
  not_found: 'There is no such transfer.',
  precondition_failed: 'The account has another revision than If-Match names. Read it again.',
  transfer_not_pending: 'Only a pending transfer can be posted or voided.',
  transfer_not_posted: 'Only what was posted can be reversed.',
  already_posted: 'A pending transfer is posted once.',
  already_voided: 'The pending transfer was voided before.',
  already_reversed: 'A transfer is reversed once, and a reversal never.',
  expired: 'The pending transfer has expired.',
  post_exceeds_pending: 'Post at most what is pending; of several postings all or nothing.',
  guard_failed: 'The account is not as the guard wants it. Nothing was moved.',
  account_closed: 'A closed account takes part in no transfer.',
  balance_overflow: 'No balance leaves the range of 2^127 - 1 to either side.',
  insufficient_funds: 'The available balance less the amount would fall below the minimum.',
  limit_exceeded: 'The balance with the amount would rise above the maximum.',
}

function renderPostings(postings: readonly PostingJson[]): string {
  return `[${postings.map(renderPosting).join(',')}]`
}

function renderPosting({ from, to, amount, asset }: PostingJson): string {
  return `{"from":"${from}","to":"${to}","amount":"${amount}","asset":"${asset}"}`
}

function renderBalances(balances: readonly AccountAfter[]): string {
  const accounts = new Map<string, string>()
  for (const balance of balances) {
    const before = accounts.get(balance.account)
    const rendered = `"${balance.asset}":${renderBalance(balance)}`
    accounts.set(balance.account, before === undefined ? rendered : `${before},${rendered}`)
  }
  let text = ''
  for (const [account, assets] of accounts) text += `${text === '' ? '' : ','}"${account}":{${assets}}`
  return `{${text}}`
}

type Balance = Pick<AccountAfter, 'posted' | 'pending_in' | 'pending_out' | 'version'>

export function renderBalance({ posted, pending_in, pending_out, version }: Balance): string {
  const available = pending_out === '0' ? posted : String(BigInt(posted) - BigInt(pending_out))
  return `{"posted":"${posted}","pending_in":"${pending_in}","pending_out":"${pending_out}","available":"${available}","version":${version}}`
}

/** In order of the keys' code units: the order of an object's members does not survive its way through the journal. */
function renderMetadata(metadata: Readonly<Record<string, string>> | undefined): string {
  if (metadata === undefined) return '{}'
  const members = Object.keys(metadata).sort()
  return `{${members.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`).join(',')}}`
}

// The transfers of a batch share their time.
let lastTime: Timestamp = 0
let lastText = renderedTime(lastTime)

function renderTime(time: Timestamp): string {
  if (time !== lastTime) {
    lastTime = time
    lastText = renderedTime(time)
  }
  return lastText
}

function renderedTime(time: Timestamp): string {
  return new Date(time).toISOString()
}
