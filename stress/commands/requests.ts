// Commands as HTTP requests, and HTTP answers in the form that both ledgers share.

import type { BalanceTold, Command, Outcome, PostingAsked, TransferAsked } from './command.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string | null
}

export function requestOf(command: Command): HttpRequest {
  const key = command.key === undefined ? {} : { 'idempotency-key': command.key }
  const [path, body] = target(command)
  const headers = { 'content-type': 'application/json', ...key }
  if (command.kind !== 'settings') return { method: 'POST', path, headers, body: JSON.stringify(body) }
  const match = command.ifMatch === undefined ? {} : { 'if-match': `"${command.ifMatch}"` }
  const type = command.replace ? 'application/json' : 'application/merge-patch+json'
  const method = command.replace ? 'PUT' : 'PATCH'
  return { method, path, headers: { ...match, 'content-type': type }, body: JSON.stringify(body) }
}

function target(command: Command): [path: string, body: unknown] {
  switch (command.kind) {
    case 'transfer':
      return ['/v1/transfers', transferBody(command.body)]
    case 'batch':
      return ['/v1/batches', { ...command.body, items: command.body.items.map(transferBody) }]
    case 'settings':
      return [`/v1/accounts/${command.account}`, command.body]
    default:
      return [`/v1/transfers/${command.transfer}/${command.kind}`, command.body]
  }
}

/** One posting in the short form. */
function transferBody({ postings, ...rest }: TransferAsked): unknown {
  return postings.length === 1 ? { ...postings[0], ...rest } : { postings, ...rest }
}

const statuses: Readonly<Record<string, number>> = { not_found: 404, precondition_failed: 412 }

/** Throws where an answer contradicts itself. */
export function outcomeOf(command: Command, status: number, text: string): Outcome {
  const body = JSON.parse(text)
  if (status >= 400) return refusalOf(status, body)
  if (command.kind === 'settings') return settingsOf(body)
  if (command.kind !== 'batch') {
    expect(status, command.kind === 'post' || command.kind === 'void' ? 200 : 201)
    return transferOf(body)
  }
  expect(status, command.body.mode === 'atomic' ? 201 : 200)
  return { items: body.data.map((item: ItemJson) => itemOf(item)) }
}

interface ItemJson {
  readonly status: number
  readonly transfer?: TransferJson
  readonly problem?: ProblemJson
}

function itemOf({ status, transfer, problem }: ItemJson): Outcome {
  if (problem !== undefined) return refusalOf(status, problem)
  if (transfer === undefined) throw new Error('an item is neither a transfer nor a problem')
  return transferOf(transfer)
}

interface ProblemJson {
  readonly code: string
  readonly status: number
  readonly item?: number
}

function refusalOf(status: number, { code, status: told, item }: ProblemJson): Outcome {
  expect(status, told)
  expect(status, statuses[code] ?? 422)
  return { code, ...(item !== undefined && { item }) }
}

interface BalanceJson extends BalanceTold {
  readonly available: string
}

interface TransferJson {
  readonly id: string
  readonly state: string
  readonly postings: readonly PostingAsked[]
  readonly balances: Readonly<Record<string, Readonly<Record<string, BalanceJson>>>>
}

function transferOf({ id, state, postings, balances }: TransferJson): Outcome {
  const told = Object.entries(balances).flatMap(([account, assets]) =>
    Object.entries(assets).map(([asset, balance]) => [`${account} ${asset}`, balanceOf(balance)] as const),
  )
  return { id, state, postings, balances: Object.fromEntries(told) }
}

export function balanceOf({ posted, pending_in, pending_out, available, version }: BalanceJson): BalanceTold {
  expect(available, `${BigInt(posted) - BigInt(pending_out)}`)
  return { posted, pending_in, pending_out, version }
}

interface AccountJson {
  readonly min_balance: string | null
  readonly max_balance: string | null
  readonly closed: boolean
  readonly metadata: Readonly<Record<string, string>>
  readonly balance: BalanceJson
}

export function settingsOf({ min_balance, max_balance, closed, metadata, balance }: AccountJson): Outcome {
  return { settings: { min_balance, max_balance, closed }, metadata, balance: balanceOf(balance) }
}

function expect(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${JSON.stringify(actual)} where ${JSON.stringify(expected)} must be`)
}
