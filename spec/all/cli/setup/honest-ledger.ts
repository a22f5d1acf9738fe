// A ledger on disk in which everything has happened once: made by the real node, then stopped.

import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Node } from '../../../../actors/node.ts'
import type { BatchAnswer, Commands, Method, TransactionAnswer } from '../../../../actors/virtual-machine/messages.ts'
import { idHash } from '../../../../src/archive/id-hash.ts'
import { FileJournal } from '../../../../src/journal/file-journal.ts'
import { inThread } from '../../../../stress/attacks/in-thread.ts'
import { ask, limits } from '../../../node/nodes.ts'

const startTime = 1_000_000

/** Room for all of it in one segment. */
const journalOptions = { preallocateBytes: 400_000, marginBytes: 0, now: () => startTime }

export interface HonestLedger {
  readonly folder: string
  /** How many seqs it has. */
  readonly seq: number
}

/** Its first life ends with a checkpoint behind it. `lastItems`: transfers in the atomic batch at its end. */
export async function makeLedger(lastItems = 3): Promise<HonestLedger> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'surety-verify-'))
  await live(folder, firstLife)
  const seq = await live(folder, (life) => secondLife(life, lastItems))
  return { folder, seq }
}

type Transact = <Name extends Method>(method: Name, command: Commands[Name], key?: string) => Promise<string>

interface Life {
  readonly transact: Transact
  readonly batch: (items: readonly Commands['Transfer'][], key?: string) => Promise<void>
  readonly wait: (milliseconds: number) => void
}

async function live(folder: string, life: (life: Life) => Promise<void>): Promise<number> {
  const mirror = path.join(folder, 'mirror')
  const journal = new FileJournal({ folder: path.join(folder, 'journal'), mirror, ...journalOptions })
  let now = startTime
  const clock = {
    startAfter: (time: number) => {
      now = Math.max(now, time)
    },
    now: () => now,
    wakeAt: () => {},
  }
  const ports = { idHash, clock, progress: () => {}, gather: (begin: () => void) => begin() }
  const archive = inThread(path.join(folder, 'archive'))
  const node = new Node({ journal, archive, ...ports, limits: { ...limits, checkpointEvery: 10 } })
  await node.start()
  let requests = 0
  const base = (key?: string) => {
    const request = key === undefined ? {} : { request: { principal: 'local', key, fingerprint: `of ${key}` } }
    return { requestId: `request ${++requests}`, ...request }
  }
  const transact: Transact = async (method, command, key) => {
    const answer = await ask<TransactionAnswer>((replyTo) =>
      node.virtualMachine.send({ type: 'ProcessTransaction', method, command, ...base(key), replyTo } as never),
    )
    return answer.type === 'TransactionProcessed' && 'id' in answer.fact ? answer.fact.id : ''
  }
  const batch = async (items: readonly Commands['Transfer'][], key?: string) => {
    await ask<BatchAnswer>((replyTo) =>
      node.virtualMachine.send({ type: 'ProcessBatch', items, ...base(key), replyTo }),
    )
  }
  const wait = (milliseconds: number) => {
    now += milliseconds
  }
  await life({ transact, batch, wait })
  const { seq } = node.head()
  await node.drain()
  return seq
}

/** `from>to:amount` or `from>to:amount ASSET` */
export function postings(...texts: readonly string[]) {
  return texts.map((text) => {
    const [, from = '', to = '', amount = '', asset = 'UNIT'] = /^(\S+)>(\S+):(\d+)(?: (\S+))?$/.exec(text) ?? []
    return { from, to, amount: BigInt(amount), asset }
  })
}

async function firstLife({ transact, batch, wait }: Life): Promise<void> {
  await transact('Transfer', { postings: postings('world>alice:1000'), id: 'first', content: 'c' })
  await transact('Transfer', { postings: postings('alice>bob:100', 'alice>carol:50', 'world>bob:7 EUR/2') }, 'key-1')
  await transact('Transfer', { postings: postings('alice>alice:5') })
  const posted = await transact('Transfer', { postings: postings('alice>bob:200'), pending: {}, reference: 'held' })
  await transact('Post', { transfer: posted, amount: 150n })
  const voided = await transact('Transfer', { postings: postings('alice>bob:30', 'alice>carol:1'), pending: {} })
  await transact('Void', { transfer: voided }, 'key-2')
  await transact('Transfer', { postings: postings('alice>bob:3'), pending: { expiresIn: 1 } })
  wait(2_000)
  await transact('SetAccount', {
    replace: true,
    account: 'bob',
    asset: 'UNIT',
    minimum: 0n,
    metadata: { tier: 'gold' },
  })
  await transact('Transfer', { postings: postings('bob>world:100000') }, 'refused')
  await transact('Transfer', { postings: postings('bob>carol:1') })
  await transact('Reverse', { transfer: 'first' }, 'key-3')
  await batch(
    [
      { postings: postings('world>dave:10', 'dave>erin:4'), id: 'item', content: 'c' },
      { postings: postings('erin>dave:1') },
    ],
    'key-4',
  )
  for (let count = 0; count < 10; count++) await transact('Transfer', { postings: postings('world>frank:1') })
}

async function secondLife({ transact, batch }: Life, lastItems: number): Promise<void> {
  await batch([
    { postings: postings('frank>world:2') },
    { postings: postings('world>gina:9'), pending: { expiresIn: 99 } },
  ])
  await batch([{ postings: postings('frank>world:1') }, { postings: postings('bob>world:99999') }], 'key-5')
  await transact('Transfer', { postings: postings('gina>frank:1'), pending: {}, id: 'open', content: 'c' })
  await transact('SetAccount', { replace: false, account: 'bob', asset: 'UNIT', closed: true })
  await batch(Array.from({ length: lastItems }, () => ({ postings: postings('world>henry:1') })))
  await transact('Reverse', { transfer: 'tr_4' })
  const twin = { postings: postings('world>alice:1'), id: 'twin', content: 'c' }
  await batch([twin, twin], 'key-6')
}

/** What the archive says of a page of its checkpoint. */
export function hashOfPage(generation: number, page: number, payload: string): string {
  return createHash('sha256').update(`${generation} ${page} ${payload}`).digest('hex')
}
