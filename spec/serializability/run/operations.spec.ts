// What counts as an operation: only what an answer tells, and the checker compares.

import { expect } from 'chai'
import { type Asked, operationsIn, type Part, type Told } from '../../../stress/serializability/history.ts'
import { drawBatch } from '../../../stress/serializability/run/draw-batch.ts'
import { randomFrom } from '../../setup/random.ts'
import { batch, transfer } from '../story.ts'

const item: Part = { seq: 1, balances: {} }
const refusal: Part = { code: 'account_closed', balances: {} }
const told = (parts: readonly Part[], more: Partial<Told> = {}): Told => {
  return { status: 200, ledgerSeq: 9, replayed: false, digest: '', parts, ...more }
}
const read: Asked = { kind: 'balance', name: 'a UNIT' }
const [atomic, independent] = [batch('atomic', 'k'), batch('independent', 'k')]

const rows: readonly [what: string, asked: Asked, told: Told | undefined, operations: number][] = [
  ['a transfer', transfer('a', 'b', 1), told([item]), 1],
  ['a refused transfer', transfer('a', 'b', 1), told([refusal], { status: 422 }), 1],
  ['a read', read, told([{ balances: {} }]), 1],
  ['each item of an atomic batch', atomic, told([item, item]), 2],
  ['a refused atomic batch', atomic, told([refusal], { status: 422 }), 1],
  ['a replayed batch', atomic, told([item, item], { replayed: true }), 1],
  ['each item of an independent batch that is not refused', independent, told([item, refusal]), 1],
  ['an independent batch of refusals', independent, told([refusal, refusal]), 0],
  ['a failure', transfer('a', 'b', 1), told([refusal], { status: 503 }), 0],
  ['an answer that never came', transfer('a', 'b', 1), undefined, 0],
]

describe('operationsIn', () => {
  for (const [what, asked, answer, operations] of rows) {
    it(`counts ${what} as ${operations}`, () => {
      expect(operationsIn({ asked, told: answer })).to.equal(operations)
    })
  }
})

describe('drawBatch', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const places = { open: ['o1', 'o2'], limited: ['l1', 'l2'], prefix: 'p:' }

  it(`names no id in an independent batch, and draws both modes, large and small (seed ${seed})`, () => {
    const drawn = Array.from({ length: 100 }, (_, number) => drawBatch(random, places, number))
    const bodies = drawn.flatMap((command) => (command.kind === 'batch' ? [command.body] : []))
    const ids = (wanted: string) => {
      const items = bodies.filter(({ mode }) => mode === wanted).flatMap((body) => body.items)
      return items.flatMap(({ id }) => id ?? [])
    }
    expect(ids('independent')).to.deep.equal([])
    expect(ids('atomic')).to.not.deep.equal([])
    expect(Math.max(...bodies.map(({ items }) => items.length))).to.be.within(200, 501)
    expect(Math.min(...bodies.map(({ items }) => items.length))).to.be.within(2, 30)
  })

  it(`meets an account that may be closed once in a batch at most (seed ${seed})`, () => {
    for (let number = 0; number < 50; number++) {
      const command = drawBatch(random, places, number)
      const items = command.kind === 'batch' ? command.body.items : []
      const met = items.filter(({ postings }) => postings.some(({ from, to }) => /l/.test(from + to)))
      expect(met.length).to.be.at.most(1)
    }
  })
})
