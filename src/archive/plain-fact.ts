// Reads the most usual fact, one posting posted between two accounts, at a third of the cost of parsing it as JSON.

import type { Position } from '../../actors/contracts/account.ts'
import type { AccountAfter, TransferFact } from '../../actors/contracts/transfer.ts'

// Printable ASCII without quote and backslash: what stands there is what it means. A fact with anything else is no plain one.
const text = '"([!#-[\\]-~]*)"'
const amount = '"(-?\\d+)"'
const number = '(\\d{1,15})'
const balance =
  `\\{"account":${text},"asset":${text},"posted":${amount},"pending_in":${amount},"pending_out":${amount},` +
  `"version":${number},"previous":(?:null|\\[${number},${number}\\]),"count":${number}\\}`
const plain = new RegExp(
  `\\{"method":"Transfer","seq":${number},"time":${number},"renderer":1,"balances":\\[${balance},${balance}\\],` +
    `"id":${text},"state":"posted","postings":\\[\\{"from":${text},"to":${text},"amount":${amount},"asset":${text}\\}\\]\\}`,
  'y',
)

export interface PlainFact {
  /** JSON, byte for byte as in the line. */
  readonly body: string
  /** The same as JSON.parse of the body. */
  readonly transaction: TransferFact
}

/** The fact that begins at `from` in a journal line, or undefined if it is not of this form: then it is to be parsed. */
export function plainFact(line: string, from: number): PlainFact | undefined {
  plain.lastIndex = from
  const parts = plain.exec(line) as readonly string[] | null
  if (parts === null) return undefined
  const [body = '', seq, time] = parts
  const [id = '', sender = '', receiver = '', units = '', asset = ''] = parts.slice(21)
  const transaction: TransferFact = {
    method: 'Transfer',
    seq: Number(seq),
    time: Number(time),
    renderer: 1,
    balances: [balanceOf(parts, 3), balanceOf(parts, 12)],
    id,
    state: 'posted',
    postings: [{ from: sender, to: receiver, amount: units, asset }],
  }
  return { body, transaction }
}

function balanceOf(parts: readonly string[], at: number): AccountAfter {
  const previous: Position | null = parts[at + 6] === undefined ? null : [Number(parts[at + 6]), Number(parts[at + 7])]
  return {
    account: parts[at] as string,
    asset: parts[at + 1] as string,
    posted: parts[at + 2] as string,
    pending_in: parts[at + 3] as string,
    pending_out: parts[at + 4] as string,
    version: Number(parts[at + 5]),
    previous,
    count: Number(parts[at + 8]),
  }
}
