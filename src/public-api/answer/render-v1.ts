// Renderer 1: from a transfer's fact to the bytes of its answer. Frozen: old answers are replayed with it for ever.

import type { Refusal } from '../../../actors/contracts/refusal.ts'
import type { AccountAfter, PostingJson, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Timestamp } from '../../../actors/state-storage/messages.ts'
import { type Problem, renderProblem } from './problem.ts'

// By hand, and not JSON.stringify of an object: an object would move integer-like account ids to the front and lose
// one named `__proto__`. Ids, assets and amounts hold nothing that JSON escapes.

/** The body of a transfer's answer, posted or refused. */
export function renderTransfer(fact: TransferFact): string {
  const code = fact.refusal === undefined ? '' : `,"code":"${fact.refusal.code}"`
  const reference = fact.reference === undefined ? 'null' : JSON.stringify(fact.reference)
  return `{"id":"${fact.id}","state":"${fact.state}"${code},"postings":[${fact.postings.map(renderPosting).join(',')}],"balances":${renderBalances(fact.balances)},"reference":${reference},"metadata":${renderMetadata(fact.metadata)},"created_at":"${renderTime(fact.time)}","seq":"${fact.seq}"}`
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
  account_closed: 'A closed account takes part in no transfer.',
  balance_overflow: 'No balance leaves the range of 2^127 - 1 to either side.',
  insufficient_funds: 'The available balance less the amount would fall below the minimum.',
  limit_exceeded: 'The balance with the amount would rise above the maximum.',
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
