// What a line of the journal promises.

import { createHash } from 'node:crypto'
import { expect } from 'chai'
import {
  decodeRecord,
  encodeGenesis,
  encodeRecord,
  follows,
  ledgerOf,
  origin,
  readSeal,
} from '../../src/journal/record.ts'
import { entryAfter } from './journals.ts'

const genesis = encodeGenesis('0123456789abcdef0123456789abcdef', 1000)
const record = encodeRecord(entryAfter(genesis.head, 3), genesis.head)
const bytes = record.bytes.subarray(0, -1)

describe('a line of the journal', () => {
  it('has this form', () => {
    const entry = {
      first: 1,
      last: 1,
      time: 1001,
      transactions: [{ seq: 1, time: 1001 }],
      writes: new Map([['k', '{"a":"-17"}']]),
    }
    const { line } = encodeRecord(entry, genesis.head)
    const body = `{"v":1,"seq":[1,1],"time":1001,"transactions":[{"seq":1,"time":1001}],"writes":[["k",{"a":"-17"}]],"prev":"${genesis.head.hash}"`
    expect(line).to.equal(`${body},"hash":"${createHash('sha256').update(body).digest('hex')}"}`)
  })

  it('is JSON, and its bytes are its text and a newline', () => {
    expect(JSON.parse(record.line)).to.include({ v: 1, time: 1001, hash: record.head.hash })
    expect(record.bytes.toString()).to.equal(`${record.line}\n`)
  })

  it('comes back as it went in', () => {
    const entry = entryAfter(genesis.head, 3)
    const decoded = decodeRecord(bytes, genesis.head)
    expect(decoded).to.deep.equal({
      first: 1,
      last: 3,
      time: 1001,
      transactions: entry.transactions,
      writes: [...entry.writes],
      prev: genesis.head.hash,
      hash: record.head.hash,
      line: record.line,
    })
  })

  for (const value of [
    '{"b":1,"10":2,"2":3}',
    '{"__proto__":{"a":1},"b":[]}',
    '{"a":1,"a":2}',
    '1.0',
    '[ 1e3 , -0 ]',
    '"\\u0041\\/\\"\\\\"',
    '"ü\u{1f4b6}"',
    'null',
    '{}',
    '[[],[[]],{"]":"[{"}]',
  ]) {
    it(`gives the value ${value} back letter by letter`, () => {
      const writes = new Map([
        ['a', value],
        ['key "with" [all], of\\it', value],
        ['c', '0'],
      ])
      const { bytes, head } = encodeRecord({ ...entryAfter(genesis.head), writes }, genesis.head)
      expect(decodeRecord(bytes.subarray(0, -1), genesis.head).writes).to.deep.equal([...writes])
      expect(head.seq).to.equal(1)
    })
  }

  it('may have no writes', () => {
    const { bytes } = encodeRecord({ ...entryAfter(genesis.head), writes: new Map() }, genesis.head)
    expect(decodeRecord(bytes.subarray(0, -1), genesis.head).writes).to.deep.equal([])
  })

  //  seqs             of    to
  const covered = [
    [[1, 1, 1], 1, 1],
    [[1, 2, 2, 3], 1, 3],
    [[1, 1, 2], 1, 2],
    [[1, 2, 2], 1, 2],
  ] as const
  const uncovered = [
    [[1, 1, 3], 1, 3],
    [[1, 2, 1], 1, 2],
    [[1, 2, 1, 2], 1, 2],
    [[2, 2], 1, 2],
    [[0, 1], 1, 1],
    [[1, 1], 1, 2],
    [[1, 2, 2], 1, 1],
    [[1, 1.5, 2], 1, 2],
  ] as const
  const withSeqs = (seqs: readonly number[], first: number, last: number) => {
    const transactions = seqs.map((seq, index) => ({ seq, time: 1001, index }))
    return { first, last, time: 1001, transactions, writes: new Map() }
  }
  for (const [seqs, first, last] of covered) {
    it(`may hold facts of seq ${seqs.join(', ')}, some of an atomic batch`, () => {
      const entry = withSeqs(seqs, first, last)
      const { bytes, head } = encodeRecord(entry, genesis.head)
      expect(head.seq).to.equal(last)
      expect(decodeRecord(bytes.subarray(0, -1), genesis.head).transactions).to.deep.equal(entry.transactions)
    })
  }
  for (const [seqs, first, last] of uncovered) {
    it(`may not hold facts of seq ${seqs.join(', ')} as ${first} to ${last}`, () => {
      expect(() => encodeRecord(withSeqs(seqs, first, last), genesis.head)).to.throw('do not cover')
      const facts = JSON.stringify(withSeqs(seqs, first, last).transactions)
      const line = sealed(`{"v":1,"seq":[${first},${last}],"time":1001,"transactions":${facts},"writes":[]`)
      expect(() => decodeRecord(line, genesis.head)).to.throw('do not cover')
    })
  }

  it('is no longer whole when any of its bits is turned', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readSeal(damaged), `bit ${bit}`).to.equal(undefined)
    }
  })

  it('is no longer whole when any of its ends is missing', () => {
    for (let end = 0; end < bytes.length; end++) expect(readSeal(bytes.subarray(0, end)), `${end}`).to.equal(undefined)
  })

  it('tells the ledger in line 0, which follows nothing', () => {
    const line = genesis.bytes.subarray(0, -1)
    const seal = readSeal(line)
    expect(seal !== undefined && follows(seal, origin)).to.equal(true)
    expect(ledgerOf(line)).to.equal('0123456789abcdef0123456789abcdef')
  })

  const misplaced = [
    ['a gap before it', { ...genesis.head, seq: -1 }],
    ['an overlap with the last one', { ...genesis.head, seq: 1 }],
    ['another record before it', { ...genesis.head, hash: record.head.hash }],
    ['a later time before it', { ...genesis.head, time: 1002 }],
  ] as const
  for (const [what, head] of misplaced) {
    it(`is refused with ${what}`, () => expect(() => decodeRecord(bytes, head)).to.throw('does not follow'))
  }

  const sealed = (body: string) => {
    const text = `${body},"prev":"${genesis.head.hash}"`
    return Buffer.from(`${text},"hash":"${createHash('sha256').update(text).digest('hex')}"}`)
  }
  it('is not whole, and no genesis, without its parts', () => {
    expect(() => decodeRecord(Buffer.from('x'), genesis.head)).to.throw('its hash is wrong')
    expect(() => ledgerOf(Buffer.from('{}'))).to.throw('the genesis names no ledger')
    const body = '"seq":[1,1],"time":1001,"transactions":[{"seq":1}],"writes":[]'
    expect(readSeal(sealed(`{"v":12,${body}`))?.version).to.equal(12)
    for (const other of [` {"v":1,${body}`, `{"w":1,${body}`])
      expect(readSeal(sealed(other)), other).to.equal(undefined)
  })

  it('is not whole with a byte behind its end, though that byte makes the hash right', () => {
    const text = `{"v":1,"seq":[1,1],"time":1001,"prev":"${genesis.head.hash}"`
    const hash = createHash('sha256').update(`${text},`).digest('hex')
    expect(readSeal(Buffer.from(`${text},"hash":"${hash}"}x`))).to.equal(undefined)
  })

  it('follows a record of the same time, and ends with no seq before its first', () => {
    const seal = readSeal(bytes)
    if (seal === undefined) throw new Error('the record is not whole')
    expect(follows(seal, { ...genesis.head, time: seal.time })).to.equal(true)
    expect(follows({ ...seal, last: seal.first - 1 }, genesis.head)).to.equal(false)
  })

  const malformed = [
    ['{"v":2,"seq":[1,1],"time":1001,"transactions":[{"seq":1}],"writes":[]', 'version 2'],
    ['{"v":1,"seq":[1,2],"time":1001,"transactions":[{"seq":1}],"writes":[]', 'do not cover'],
    ['{"v":1,"seq":[1,2],"time":1001,"transactions":[{"seq":2},{"seq":1}],"writes":[]', 'do not cover'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[],"writes":[]', 'do not cover'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[null],"writes":[]', 'do not cover'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[{"seq":1},null],"writes":[]', 'its transactions do not cover'],
    ['{"v":1,"seq":[1,1],"time":1001,"writes":[]', 'do not cover'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[{"seq":1}]', 'pairs'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[{"seq":1}],"writes":[["a"]]', 'pairs'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[{"seq":1}],"writes":[[1,2]]', 'pairs'],
    ['{"v":1,"seq":[1,1],"time":1001,"writes":[],"transactions":[{"seq":1}]', 'in its place'],
    ['{"v":1,"seq":[1,1],"time":1001,"transactions":[{"seq":1}],"writes":[["a",]]', 'JSON'],
  ] as const
  for (const [body, reason] of malformed) {
    it(`is refused as ${body}`, () => expect(() => decodeRecord(sealed(body), genesis.head)).to.throw(reason))
  }

  const impossible = [
    ['a gap', { ...entryAfter({ seq: 1, time: 1000 }) }, 'cannot follow'],
    ['a transaction too few', { ...entryAfter(genesis.head), last: 2 }, 'do not cover'],
    ['no transaction', { ...entryAfter(genesis.head), last: 0, transactions: [] }, 'do not cover'],
    ['a time before the last one', { ...entryAfter(genesis.head), time: 999 }, 'is before'],
    ['a line break in a value', { ...entryAfter(genesis.head), writes: new Map([['a', '[\n]']]) }, 'line break'],
  ] as const
  for (const [what, entry, reason] of impossible) {
    it(`is never made with ${what}`, () => expect(() => encodeRecord(entry, genesis.head)).to.throw(reason))
  }
})
