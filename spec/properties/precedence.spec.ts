// Where several refusals apply, the first of the contract's order is told: each row has all that come after, too.

import { expect } from 'chai'
import type { Command, TransferAsked } from '../../stress/commands/command.ts'
import { openNode } from './node-conversation.ts'

const asset = 'UNIT'
const largest = `${2n ** 127n - 1n}`

/** A transfer that everything stands against, but what was taken away. */
interface Obstacles {
  readonly closed: boolean
  readonly guard: boolean
  readonly overflow: boolean
  readonly poor: boolean
  readonly full: boolean
}

const order = ['closed', 'guard', 'overflow', 'poor', 'full'] as const
const codes = ['account_closed', 'guard_failed', 'balance_overflow', 'insufficient_funds', 'limit_exceeded'] as const

function posting(from: string, to: string, amount: string): TransferAsked {
  return { postings: [{ from, to, amount, asset }] }
}

function settings(account: string, body: object): Command {
  return { kind: 'settings', account, replace: false, body: { asset, ...body } }
}

/** The transfer moves 10 on every posting: from `poor` to `full`, from `closed`, to `brim`. */
async function standing({ closed, guard, overflow, poor, full }: Obstacles) {
  const node = await openNode()
  const postings = [...posting('poor', 'full', '10').postings, ...posting('closed', 'brim', '10').postings]
  await node.answerTo({ kind: 'transfer', body: posting('source', 'brim', overflow ? largest : '1') })
  await node.answerTo(settings('poor', { min_balance: poor ? '0' : null }))
  await node.answerTo(settings('full', { max_balance: full ? '5' : null }))
  await node.answerTo(settings('closed', { closed }))
  const body: TransferAsked = { postings, ...(guard && { guard: { poor: { available_gte: '1' } } }) }
  return { node, body }
}

function obstaclesFrom(first: number): Obstacles {
  return Object.fromEntries(order.map((name, index) => [name, index >= first])) as unknown as Obstacles
}

async function codeOf(node: Awaited<ReturnType<typeof openNode>>, command: Command): Promise<string> {
  const { outcome } = await node.answerTo(command)
  return 'code' in outcome ? outcome.code : 'done'
}

describe('The order of refusals', () => {
  for (const [first, code] of [...codes, 'done'].entries()) {
    it(`of a transfer: ${code}, before ${codes.slice(first + 1).join(', ') || 'nothing'}`, async () => {
      const { node, body } = await standing(obstaclesFrom(first))
      expect(await codeOf(node, { kind: 'transfer', body })).to.equal(code)
    })

    it(`of a hold: ${code}`, async () => {
      const { node, body } = await standing(obstaclesFrom(first))
      // What is held for an account counts as its balance does.
      expect(await codeOf(node, { kind: 'transfer', body: { ...body, pending: true } })).to.equal(code)
    })

    it(`of an atomic batch: ${code}, and the item`, async () => {
      const { node, body } = await standing(obstaclesFrom(first))
      const items = [posting('other', 'another', '1'), body]
      const { outcome } = await node.answerTo({ kind: 'batch', body: { mode: 'atomic', items } })
      if (code === 'done') expect(outcome).to.have.property('items')
      else expect(outcome).to.deep.equal({ code, item: 1 })
    })
  }

  it('idempotency comes before the id, and the id before all others', async () => {
    const { node, body } = await standing(obstaclesFrom(0))
    await node.answerTo({ kind: 'transfer', key: 'key', body: posting('one', 'other', '1') })
    await node.answerTo({ kind: 'transfer', body: { ...posting('one', 'other', '1'), id: 'taken' } })
    const command = { kind: 'transfer', body: { ...body, id: 'taken' } } as const
    expect(await codeOf(node, { ...command, key: 'key' })).to.equal('idempotency_key_reused')
    expect(await codeOf(node, command)).to.equal('id_exists_with_different_content')
  })

  describe('of what is done with a transfer', () => {
    const post = { kind: 'post', transfer: 'hold', body: { amount: '100' } } as const
    const reverse = { kind: 'reverse', transfer: 'hold', body: {} } as const
    const rows: readonly (readonly [string, readonly Command[], Command, string])[] = [
      ['not found, before its closed account', [], { ...post, transfer: 'nobody' }, 'not_found'],
      [
        'id before not found',
        [],
        { ...reverse, transfer: 'nobody', body: { id: 'hold' } },
        'id_exists_with_different_content',
      ],
      ['id before state', [], { ...reverse, body: { id: 'hold' } }, 'id_exists_with_different_content'],
      ['too much is a matter of state, before closed', [], post, 'post_exceeds_pending'],
      ['voided before too much', [{ kind: 'void', transfer: 'hold', body: {} }], post, 'already_voided'],
      ['pending can not be reversed, before closed', [], reverse, 'transfer_not_posted'],
      ['closed', [], { ...post, body: {} }, 'account_closed'],
    ]
    for (const [what, before, command, code] of rows) {
      it(`${what}: ${code}`, async () => {
        const node = await openNode()
        await node.answerTo({ kind: 'transfer', body: { ...posting('a', 'b', '50'), id: 'hold', pending: true } })
        for (const earlier of before) await node.answerTo(earlier)
        await node.answerTo(settings('b', { closed: true }))
        expect(await codeOf(node, command)).to.equal(code)
      })
    }

    it('expired before closed', async () => {
      const node = await openNode()
      await node.answerTo({
        kind: 'transfer',
        body: { ...posting('a', 'b', '50'), id: 'hold', pending: true, expires_in: 1 },
      })
      await node.answerTo(settings('b', { closed: true }))
      node.passTo(2_000)
      expect(await codeOf(node, post)).to.equal('expired')
    })
  })
})
