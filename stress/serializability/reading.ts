// Reads an HTTP answer into what the checker compares. An answer that makes no sense is a WrongAnswer.

import { hash } from 'node:crypto'
import { type Answer, WrongAnswer } from '../checks/answers.ts'
import type { BalanceTold } from '../commands/command.ts'
import type { Asked, Part, Told } from './history.ts'

export function toldBy(answer: Answer, asked: Asked): Told {
  const ledgerSeq = seqOf(answer.headers['ledger-seq'])
  const body = parsed(answer)
  return {
    status: answer.status,
    ledgerSeq,
    replayed: answer.headers['idempotent-replayed'] === 'true',
    digest: digestOf(`${answer.status} ${answer.text}`),
    parts: answer.status >= 400 ? [refusal(body)] : partsOf(body, asked, ledgerSeq, answer),
  }
}

/** The origin's endpoints answer with the balance of the account that was asked for, or that gave, and nothing else. */
export function toldByOrigin(answer: Answer, asked: Asked): Told {
  const ledgerSeq = seqOf(answer.headers['ledger-seq'])
  if (answer.status !== 200) throw new WrongAnswer(`the answer was ${answer.status} ${answer.text}`)
  const isTransfer = asked.kind === 'transfer'
  const name = isTransfer ? `${asked.body.postings[0]?.from} UNIT` : asked.kind === 'balance' ? asked.name : ''
  const part = { balances: { [name]: { posted: answer.text } }, ...(isTransfer && { seq: ledgerSeq }) }
  return { status: 200, ledgerSeq, replayed: false, digest: digestOf(answer.text), parts: [part] }
}

/** 64 bits of SHA-1: enough to tell two answers to one request apart. */
export function digestOf(text: string): string {
  return hash('sha1', text, 'base64').slice(0, 11)
}

function partsOf(body: BodyJson, asked: Asked, ledgerSeq: number, { headers }: Answer): readonly Part[] {
  if (asked.kind === 'batch') return (body.data ?? []).map(itemOf)
  if (asked.kind === 'settings' || asked.kind === 'account') {
    const revision = Number(/^"([0-9]+)"$/.exec(String(headers.etag))?.[1])
    const own = asked.kind === 'settings' ? { seq: ledgerSeq } : {} // it tells no seq of its own
    return [{ ...accountOf(body), ...own, revision }]
  }
  if (asked.kind === 'balance') return [{ balances: { [asked.name]: balanceOf(body) } }]
  return [transferOf(body)]
}

/** What any of the answers may hold; what must be there is checked where it is read. */
interface BodyJson extends Partial<BalanceTold> {
  readonly id?: string
  readonly state?: string
  readonly code?: string
  readonly item?: number
  readonly seq?: string
  readonly updated_seq?: string
  readonly asset?: string
  readonly available?: string
  readonly balance?: BodyJson
  readonly balances?: Readonly<Record<string, Readonly<Record<string, BodyJson>>>>
  readonly min_balance?: string | null
  readonly max_balance?: string | null
  readonly closed?: boolean
  readonly metadata?: Readonly<Record<string, string>>
  readonly data?: readonly ItemJson[]
}

interface ItemJson {
  readonly transfer?: BodyJson
  readonly problem?: BodyJson
}

function itemOf({ transfer, problem }: ItemJson): Part {
  if (transfer !== undefined) return transferOf(transfer)
  if (problem !== undefined) return refusal(problem)
  throw new WrongAnswer('an item is neither a transfer nor a problem')
}

function refusal({ code, item }: BodyJson): Part {
  return { code: present(code, 'code'), balances: {}, ...(item !== undefined && { item }) }
}

function transferOf({ id, state, code, seq, updated_seq, balances }: BodyJson): Part {
  const told: [string, BalanceTold][] = []
  for (const [account, byAsset] of Object.entries(balances ?? {})) {
    for (const [asset, balance] of Object.entries(byAsset)) told.push([`${account} ${asset}`, balanceOf(balance)])
  }
  return {
    seq: seqOf(updated_seq ?? seq),
    id: present(id, 'id'),
    state: present(state, 'state'),
    balances: Object.fromEntries(told),
    ...(code !== undefined && { code }),
  }
}

function accountOf(body: BodyJson): Part {
  const { id, asset, balance, min_balance, max_balance, closed, metadata } = body
  return {
    balances: { [`${present(id, 'id')} ${present(asset, 'asset')}`]: balanceOf(present(balance, 'balance')) },
    settings: {
      min_balance: present(min_balance, 'min_balance'),
      max_balance: present(max_balance, 'max_balance'),
      closed: present(closed, 'closed'),
    },
    metadata: present(metadata, 'metadata'),
  }
}

function balanceOf({ posted, pending_in, pending_out, available, version }: BodyJson): BalanceTold {
  const told = {
    posted: present(posted, 'posted'),
    pending_in: present(pending_in, 'pending_in'),
    pending_out: present(pending_out, 'pending_out'),
    version: present(version, 'version'),
  }
  const rest = `${BigInt(told.posted) - BigInt(told.pending_out)}`
  if (available !== rest) throw new WrongAnswer(`available is ${available}, but posted less pending_out ${rest}`)
  return told
}

function present<Value>(value: Value | undefined, member: string): Value {
  if (value === undefined) throw new WrongAnswer(`an answer without ${member}`)
  return value
}

function seqOf(value: unknown): number {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]*)$/.test(value)) throw new WrongAnswer(`a seq is ${value}`)
  return Number(value)
}

function parsed({ status, text }: Answer): BodyJson {
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongAnswer(`the answer was no JSON: ${status} ${text.slice(0, 600)}`)
  }
}
