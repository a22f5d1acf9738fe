// The lines of a ledger in which everything has happened once, made by the real node in memory.

import type { BatchAnswer, Commands, Method, TransactionAnswer } from '../../actors/virtual-machine/messages.ts'
import { MemoryJournal } from '../../src/journal/memory-journal.ts'
import { aNode, ask } from '../node/nodes.ts'

export const startTime = 1_000_000
export const ledgerId = '0123456789abcdef'.repeat(2)

let made: Promise<readonly string[]> | undefined

/** The genesis first; the same ones for all specs. */
export function honestLines(): Promise<readonly string[]> {
  made ??= makeLines()
  return made
}

async function makeLines(): Promise<readonly string[]> {
  let now = startTime
  const clock = { startAfter: () => {}, now: () => now, wakeAt: () => {} }
  const journal = new MemoryJournal({ now: () => startTime, ledger: ledgerId })
  const { node } = aNode({ journal, clock })
  await node.start()
  const transact = async <Name extends Method>(method: Name, command: Commands[Name], key?: string) => {
    const answer = await ask<TransactionAnswer>((replyTo) =>
      node.virtualMachine.send({
        type: 'ProcessTransaction',
        method,
        command,
        requestId: 'r',
        ...keyed(key),
        replyTo,
      } as never),
    )
    return answer.type === 'TransactionProcessed' && 'id' in answer.fact ? answer.fact.id : ''
  }
  const batch = (items: readonly Commands['Transfer'][], key?: string) =>
    ask<BatchAnswer>((replyTo) =>
      node.virtualMachine.send({ type: 'ProcessBatch', items, requestId: 'r', ...keyed(key), replyTo }),
    )
  await transact('Transfer', { postings: [posting('world', 'alice', 1000n)], id: 'first', content: 'c' })
  await transact('Transfer', { postings: [posting('alice', 'bob', 100n), posting('alice', 'carol', 50n)] }, 'key-1')
  await transact('Transfer', { postings: [posting('alice', 'alice', 5n)] })
  const held = await transact('Transfer', { postings: [posting('alice', 'bob', 200n)], pending: {} })
  await transact('Post', { transfer: held, amount: 150n })
  const other = await transact('Transfer', { postings: [posting('alice', 'bob', 30n)], pending: {} })
  await transact('Void', { transfer: other }, 'key-2')
  await transact('Transfer', { postings: [posting('alice', 'bob', 3n)], pending: { expiresIn: 1 } })
  now += 2_000
  await transact('SetAccount', { replace: true, account: 'bob', asset: 'UNIT', minimum: 0n, metadata: { 10: 'ü' } })
  await transact('Transfer', { postings: [posting('bob', 'world', 100_000n)] }, 'refused')
  await transact('Reverse', { transfer: 'first' }, 'key-3')
  await batch([
    { postings: [posting('world', 'dave', 10n)], id: 'item', content: 'c' },
    { postings: [posting('dave', 'erin', 4n)] },
  ])
  const twin = { postings: [posting('world', 'alice', 1n)], id: 'twin', content: 'c' }
  await batch([twin, twin], 'key-4')
  const lines: string[] = []
  for await (const line of journal.lines(-1, node.head().seq)) lines.push(Buffer.from(line).toString())
  await node.drain()
  return lines
}

function posting(from: string, to: string, amount: bigint) {
  return { from, to, amount, asset: 'UNIT' }
}

function keyed(key: string | undefined) {
  return key === undefined ? {} : { request: { principal: 'local', key, fingerprint: `of ${key}` } }
}

export async function* asLines(lines: readonly string[]): AsyncGenerator<Buffer> {
  for (const line of lines) yield Buffer.from(line)
}
