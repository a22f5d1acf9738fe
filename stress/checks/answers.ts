// What an answer must look like, member by member. Who reads it gets what it tells, or a WrongAnswer.

import assert from 'node:assert/strict'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** A transfer as it was asked for, amount in minor units of UNIT. */
export interface Asked {
  readonly from: string
  readonly to: string
  readonly amount: bigint
  readonly id?: string
  readonly reference?: string
}

/** What an answer tells of an account. The origin's endpoints tell no version. */
export interface Holding {
  readonly posted: bigint
  readonly version?: number
}

export interface TransferTold {
  readonly id: string
  readonly seq: number
  readonly holdings: ReadonlyMap<string, Holding>
}

export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

/** Checks the 201 of POST /v1/transfers, with its headers. */
export function transferMade(answer: Answer, asked: Asked): TransferTold {
  return checked(answer, () => {
    assert.equal(answer.status, 201, 'status')
    const told = transferBody(answer, asked)
    assert.equal(answer.headers.location, `/v1/transfers/${told.id}`, 'Location')
    assert.ok(ledgerSeq(answer) >= told.seq, 'Ledger-Seq is behind the transfer')
    return told
  })
}

/** Checks the 200 of GET /v1/transfers/{id}. */
export function transferFound(answer: Answer, asked: Asked): TransferTold {
  return checked(answer, () => {
    assert.equal(answer.status, 200, 'status')
    assert.ok(ledgerSeq(answer) > 0, 'Ledger-Seq')
    return transferBody(answer, asked)
  })
}

/** Checks GET /v1/accounts/{id}/balance. */
export function balanceRead(answer: Answer): Holding & { readonly ledgerSeq: number } {
  return checked(answer, () => {
    assert.equal(answer.status, 200, 'status')
    hasContentType(answer, 'application/json')
    return { ...holding(JSON.parse(answer.text)), ledgerSeq: ledgerSeq(answer) }
  })
}

/** Checks the origin's two endpoints: both answer 200 with a balance and nothing else. */
export function originBalance(answer: Answer): Holding & { readonly ledgerSeq: number } {
  return checked(answer, () => {
    assert.equal(answer.status, 200, 'status')
    hasContentType(answer, 'text/plain')
    return { posted: amount(answer.text), ledgerSeq: ledgerSeq(answer) }
  })
}

/** Checks a refusal: 422 as RFC 9457 wants it, with `code`. */
export function refusalTold(answer: Answer, code: string): void {
  checked(answer, () => {
    assert.equal(answer.status, 422, 'status')
    hasContentType(answer, 'application/problem+json')
    const problem = JSON.parse(answer.text)
    const { status, retryable, request_id } = problem
    assert.deepEqual({ status, code: problem.code, retryable }, { status: 422, code, retryable: false })
    assert.equal(request_id, answer.headers['request-id'], 'request_id')
    for (const member of ['type', 'title', 'detail']) assert.equal(typeof problem[member], 'string', member)
    ledgerSeq(answer)
  })
}

/** Checks GET /v1/journal/head and answers its seq. */
export function headRead(answer: Answer): number {
  return checked(answer, () => {
    assert.equal(answer.status, 200, 'status')
    const { seq, hash } = JSON.parse(answer.text)
    assert.match(String(hash), /^[0-9a-f]{64}$/, 'hash')
    return wholeSeq(seq)
  })
}

/** Members that later versions add are let through; those that are known must be there and right. */
function transferBody(answer: Answer, asked: Asked): TransferTold {
  hasContentType(answer, 'application/json')
  const body = JSON.parse(answer.text)
  const { from, to } = asked
  assert.equal(body.state, 'posted', 'state')
  assert.deepEqual(body.postings, [{ from, to, amount: `${asked.amount}`, asset: 'UNIT' }], 'postings')
  assert.equal(body.reference, asked.reference ?? null, 'reference')
  assert.deepEqual(body.metadata, {}, 'metadata')
  assert.match(body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'created_at')
  assert.deepEqual(Object.keys(body.balances).sort(), [...new Set([from, to])].sort(), 'balances')
  const seq = wholeSeq(body.seq)
  assert.equal(body.id, asked.id ?? `tr_${seq}`, 'id')
  const holdings = Object.entries<Record<string, unknown>>(body.balances).map(
    ([account, byAsset]) => [account, holding(byAsset.UNIT)] as const,
  )
  return { id: body.id, seq, holdings: new Map(holdings) }
}

function holding(value: unknown): Holding {
  assert.ok(typeof value === 'object' && value !== null, 'a balance')
  const balance = value as Record<string, unknown>
  const posted = amount(balance.posted)
  assert.equal(balance.pending_in, '0', 'pending_in')
  assert.equal(balance.pending_out, '0', 'pending_out')
  assert.equal(balance.available, balance.posted, 'available')
  assert.ok(Number.isSafeInteger(balance.version), 'version')
  return { posted, version: Number(balance.version) }
}

function amount(value: unknown): bigint {
  assert.match(String(value), /^(0|-?[1-9][0-9]*)$/, 'an amount')
  assert.equal(typeof value, 'string', 'an amount is a string')
  return BigInt(String(value))
}

/** Ledger-Seq, which with Request-Id stands in every answer. */
function ledgerSeq(answer: Answer): number {
  assert.match(String(answer.headers['request-id'] ?? ''), /^\S+$/, 'Request-Id')
  return wholeSeq(answer.headers['ledger-seq'])
}

function wholeSeq(value: unknown): number {
  assert.equal(typeof value, 'string', 'a seq is a string')
  assert.match(String(value), /^(0|[1-9][0-9]*)$/, 'a seq')
  return Number(value)
}

function hasContentType(answer: Answer, type: string): void {
  assert.equal(String(answer.headers['content-type']).split(';')[0], type, 'Content-Type')
}

function checked<Told>(answer: Answer, read: () => Told): Told {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n').slice(0, 6).join(' ') : String(error)
    throw new WrongAnswer(`${reason}; the answer was ${answer.status} ${answer.text.slice(0, 600)}`)
  }
}
