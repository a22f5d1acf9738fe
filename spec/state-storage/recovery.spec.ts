// Recovery makes the state anew from checkpoint, sealed names and the journal's tail, whatever part of them is left.

import { expect } from 'chai'
import sinon from 'sinon'
import { type Archive, ArchiveDamaged, type CheckpointPage, type IdPart } from '../../actors/state-storage/archive.ts'
import { type Journal, JournalDamaged, type JournalRecord } from '../../actors/state-storage/journal.ts'
import { recover } from '../../actors/state-storage/recovery.ts'
import { headAt } from '../setup/actors.ts'
import { weakHash } from './storage.ts'

/** Five records; record n holds seq n, takes the name n, and writes its number to `last` and to a key of its own. */
function records(lineLength = 10): JournalRecord[] {
  return [1, 2, 3, 4, 5].map((seq) => ({
    first: seq,
    last: seq,
    time: seq,
    transactions: [
      { seq, time: seq, ids: [name(seq), name(seq + 10)] },
      { seq, time: seq },
    ],
    writes: [
      ['last', String(seq)],
      [`key${seq}`, String(seq)],
    ],
    prev: `hash ${seq - 1}`,
    hash: `hash ${seq}`,
    line: `line ${seq}`.padEnd(lineLength),
  }))
}

function name(seq: number): string {
  return 'n'.repeat(seq) // the spec's hash of a name is its length
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) {
    if (item instanceof Error) throw item
    yield item
  }
}

interface Left {
  readonly archived?: number
  readonly checkpoint?: number
  readonly pages?: readonly (CheckpointPage | Error)[]
  readonly parts?: readonly IdPart[]
  readonly lineLength?: number
}

function left({ archived = 0, checkpoint = 0, pages = [], parts = [], lineLength = 10 }: Left = {}) {
  const all = records(lineLength)
  const journal = {
    open: sinon.stub().resolves({ ledger: 'ledger', head: headAt(5), notices: ['from the journal'] }),
    read: sinon.fake((after: number) => each(all.filter(({ last }) => last > after))),
  }
  const head = { seq: archived, hash: `hash ${archived}` }
  const archive = {
    open: sinon.stub().resolves({ head, checkpoint, notices: ['from the archive'] }),
    bind: sinon.stub().resolves(),
    take: sinon.stub().resolves(),
    reset: sinon.stub().resolves(),
    checkpointPages: () => each(pages) as AsyncIterable<CheckpointPage>,
    idParts: () => each(parts),
  }
  const progress = sinon.fake()
  const ports = { journal: journal as unknown as Journal, archive: archive as unknown as Archive }
  return { journal, archive, progress, recovering: recover({ ...ports, idHash: () => weakHash, progress }) }
}

function part(after: number, through: number, ...seqs: number[]): IdPart {
  const names = (seq: number) => [...weakHash(name(seq)), 0, seq, ...weakHash(name(seq + 10)), 0, seq]
  const entries = Uint32Array.from(seqs.flatMap(names))
  return { after, through, entries }
}

const checkpointAt3: CheckpointPage = [
  ['last', '3'],
  ['key1', '1'],
  ['key2', '2'],
  ['key3', '3'],
]

const takenBy = (archive: { take: sinon.SinonStub }) =>
  archive.take.args.flatMap(([lines]) => lines.map((line: string) => line.trim()))
const lines = (...seqs: number[]) => seqs.map((seq) => `line ${seq}`)

describe('Recovery', () => {
  // biome-ignore format: a table
  const rows: readonly (readonly [string, Left, number, string[]])[] = [
    // what is left                                       reads after   the archive is fed with
    ['nothing but the journal', {},                                                                         0, lines(1, 2, 3, 4, 5)],
    ['an archive that is behind', { archived: 3 },                                                          0, lines(4, 5)],
    ['an archive, a checkpoint, no sealed names', { archived: 5, checkpoint: 3, pages: [checkpointAt3] },   0, []],
    ['all three', { archived: 4, checkpoint: 3, pages: [checkpointAt3], parts: [part(0, 2, 1, 2), part(2, 3, 3)] }, 3, lines(5)],
    ['an archive that is behind its checkpoint', { archived: 2, checkpoint: 3, pages: [checkpointAt3], parts: [part(0, 3, 1, 2, 3)] }, 2, lines(3, 4, 5)],
    ['sealed names that are behind', { archived: 5, checkpoint: 3, pages: [checkpointAt3], parts: [part(0, 1, 1)] }, 1, []],
    ['sealed names with a gap', { archived: 5, checkpoint: 3, pages: [checkpointAt3], parts: [part(0, 1, 1), part(2, 4, 3, 4)] }, 1, []],
    ['everything up to the head', { archived: 5, checkpoint: 5, pages: [[...checkpointAt3, ['key4', '4'], ['key5', '5'], ['last', '5']]], parts: [part(0, 5, 1, 2, 3, 4, 5)] }, 5, []],
    ['a checkpoint that is newer than its seq', { archived: 5, checkpoint: 3, pages: [[...checkpointAt3, ['last', '5'], ['key5', '5']]] }, 0, []],
  ]

  for (const [what, remains, after, fed] of rows) {
    it(`from ${what}`, async () => {
      const { journal, archive, recovering } = left(remains)
      const { map, index, head, facts, ledger } = await recovering
      expect({ ledger, head, facts: facts.size }).to.deep.equal({ ledger: 'ledger', head: headAt(5), facts: 0 })
      const keys = ['last', 'key1', 'key2', 'key3', 'key4', 'key5']
      expect(keys.map((key) => map.get(key))).to.deep.equal(['5', '1', '2', '3', '4', '5'])
      for (const seq of [1, 2, 3, 4, 5]) {
        expect([index.candidates(name(seq)), index.candidates(name(seq + 10))]).to.deep.equal([[seq], [seq]])
      }
      sinon.assert.calledOnceWithExactly(journal.read, after)
      expect(takenBy(archive)).to.deep.equal(fed)
      expect(archive.take.args.filter(([portion]) => portion.length === 0)).to.deep.equal([])
      expect(index.size).to.equal(10)
      sinon.assert.calledOnceWithExactly(archive.bind, 'ledger')
    })
  }

  it('tells the journal what the archive knows, so that nothing it knows can be cut off', async () => {
    const { journal, recovering } = left({ archived: 3 })
    await recovering
    sinon.assert.calledOnceWithExactly(journal.open, { seq: 3, hash: 'hash 3' })
  })

  it('has no witness in an empty archive', async () => {
    const { journal, recovering } = left()
    await recovering
    sinon.assert.calledOnceWithExactly(journal.open, undefined)
  })

  it('goes on with the checkpoint that it began with', async () => {
    const { recovering } = left({ archived: 5, checkpoint: 3, pages: [checkpointAt3] })
    expect((await recovering).sinceCheckpoint).to.equal(4)
  })

  it('seals, next, exactly what is not sealed', async () => {
    const { recovering } = left({ archived: 5, parts: [part(0, 2, 1, 2)] })
    const { after, through, entries } = (await recovering).index.takeUnsealed(5)
    expect({ after, through, names: entries.length / 4 }).to.deep.equal({ after: 2, through: 5, names: 6 })
  })

  it('seals a gap anew, with all that lies behind it', async () => {
    const { recovering } = left({ archived: 5, parts: [part(0, 1, 1), part(2, 4, 3, 4)] })
    const { after, entries } = (await recovering).index.takeUnsealed(5)
    expect({ after, names: entries.length / 4 }).to.deep.equal({ after: 1, names: 8 })
  })

  it('rebuilds an archive whose checkpoint is damaged, and believes none of it', async () => {
    const pages = [
      [
        ['last', 'wrong'],
        ['alien', '9'],
      ] as CheckpointPage,
      new ArchiveDamaged('page 2 fails its digest'),
    ]
    const { journal, archive, recovering } = left({ archived: 5, checkpoint: 3, pages })
    const { map, sinceCheckpoint, notices } = await recovering
    sinon.assert.calledOnce(archive.reset)
    sinon.assert.calledTwice(archive.bind)
    expect(archive.bind.secondCall.calledAfter(archive.reset.firstCall)).to.equal(true)
    expect([map.get('last'), map.get('alien'), sinceCheckpoint]).to.deep.equal(['5', undefined, 10])
    sinon.assert.calledOnceWithExactly(journal.read, 0)
    expect(takenBy(archive)).to.deep.equal(lines(1, 2, 3, 4, 5))
    expect(notices).to.include('the archive is rebuilt from the journal: page 2 fails its digest')
  })

  it('does not take another error for damage', async () => {
    const { archive, recovering } = left({ checkpoint: 3, pages: [new Error('out of memory')] })
    expect((await recovering.catch((error) => error)).message).to.equal('out of memory')
    sinon.assert.notCalled(archive.reset)
  })

  it('hands on what journal and archive have to tell', async () => {
    expect((await left().recovering).notices).to.deep.equal(['from the archive', 'from the journal'])
  })

  it('feeds the archive in portions, and tells how far it is', async () => {
    const { archive, progress, recovering } = left({ lineLength: 2 * 1_024 * 1_024 })
    await recovering
    expect(archive.take.args.map(([portion]) => portion.length)).to.deep.equal([2, 2, 1])
    expect(progress.args).to.deep.equal([
      [2, 5],
      [4, 5],
    ])
  })

  for (const [what, remains] of [
    ['a checkpoint', { archived: 5, checkpoint: 6 }],
    ['sealed names', { archived: 5, parts: [part(0, 6, 6)] }],
  ] as const) {
    it(`stops when ${what} know more than the journal: acknowledged records are missing`, async () => {
      const { archive, recovering } = left(remains)
      const error = await recovering.catch((reason) => reason)
      expect(error).to.be.instanceOf(JournalDamaged)
      expect(error.message).to.equal(
        'the archive knows of seq 6, but the journal ends at 5: acknowledged records are missing; ' +
          'put the journal that belongs to this archive back',
      )
      sinon.assert.notCalled(archive.take)
    })
  }
})
