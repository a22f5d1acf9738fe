// The lines of one copy are read whole or not at all, whatever size they have and whatever state the copy is in.

import { expect } from 'chai'
import { LineReader } from '../../../src/journal/file/line-reader.ts'
import { segmentPath, segmentsIn } from '../../../src/journal/file/segment.ts'
import { rejection } from '../journals.ts'
import { folder, MemoryDisk } from '../memory-disk.ts'
import { operationsOf } from './operations.ts'

const window = 256 * 1024
const sector = 4096
const path = segmentPath(folder, 0)

async function readerOf(text: string) {
  const disk = new MemoryDisk()
  disk.put(path, Buffer.from(text, 'latin1'))
  const operations = operationsOf(disk)
  return { disk, operations, reader: await LineReader.open(disk, folder, 0) }
}

function line(bytes: number): string {
  return `{${'x'.repeat(bytes - 2)}}`
}

async function lineAt(text: string, position: number): Promise<string | undefined> {
  const { reader } = await readerOf(text)
  return (await reader.lineAt(position))?.toString()
}

describe('The line at a position', () => {
  //  what                                 text                        position   line
  const rows: readonly (readonly [string, string, number, string | undefined])[] = [
    ['is read without its newline', '{a}\n{b}\n', 0, '{a}'],
    ['is read where the one before ends', '{a}\n{b}\n', 4, '{b}'],
    ['is none where no line begins', '{a}\n{b}\n', 1, undefined],
    ['is none without its newline', '{a}\n{b}', 4, undefined],
    ['is none in the blank rest', '{a}\n   \n', 4, undefined],
    ['is none behind the end', '{a}\n', 4, undefined],
    ['is none far behind the end', '{a}\n', 400, undefined],
    ['is none in an empty file', '', 0, undefined],
  ]
  for (const [what, text, position, then] of rows) {
    it(what, async () => {
      expect(await lineAt(text, position)).to.equal(then)
    })
  }

  for (const size of [window - 1, window, window + 1, 2 * window, 5 * window]) {
    it(`is read whole with ${size} bytes, and not at all if it has no end`, async () => {
      expect(await lineAt(`${line(size)}\n`, 0)).to.equal(line(size))
      expect(await lineAt(`{a}\n${line(size)}\n`, 4)).to.equal(line(size))
      expect(await lineAt(line(size), 0)).to.equal(undefined)
    })
  }

  it('is read with its neighbours at once: many short ones cost one reading', async () => {
    const { reader, operations } = await readerOf('{a}\n'.repeat(100))
    operations.length = 0
    for (let position = 0; position < 400; position += 4)
      expect((await reader.lineAt(position))?.toString()).to.equal('{a}')
    expect(await reader.lineAt(2), 'no line begins there').to.equal(undefined)
    expect(operations).to.deep.equal([`read ${path}`])
  })

  it('is read with its neighbours from wherever one begins, and no more is asked for than there is', async () => {
    const { disk, reader } = await readerOf('{a}\n'.repeat(100))
    const reads = failing(disk, () => false)
    for (const position of [40, 40, 44, 396, 48]) expect((await reader.lineAt(position))?.toString()).to.equal('{a}')
    expect(reads).to.deep.equal([{ position: 40, length: 360 }])
  })

  it('is found by who goes back, too, and stays what it was for who has it', async () => {
    const { reader } = await readerOf(`{a}\n${line(window)}\n{c}\n`)
    const first = await reader.lineAt(0)
    const last = await reader.lineAt(4 + window + 1)
    expect((await reader.lineAt(0))?.toString()).to.equal('{a}')
    expect((await reader.lineAt(4))?.toString()).to.equal(line(window))
    expect([first?.toString(), last?.toString()]).to.deep.equal(['{a}', '{c}'])
  })

  it('is read around a sector that cannot be read, which reads as zeros', async () => {
    const { disk, reader } = await readerOf(`${line(sector - 1)}\n${line(sector - 1)}\n${line(sector - 1)}\n`)
    const reads = failing(disk, ({ position, length }) => position < 2 * sector && position + length > sector)
    expect((await reader.lineAt(0))?.toString()).to.equal(line(sector - 1))
    expect(await reader.lineAt(sector)).to.equal(undefined)
    expect((await reader.lineAt(2 * sector))?.toString()).to.equal(line(sector - 1))
    expect(reads.every(({ length }) => length === sector || length === 3 * sector)).to.equal(true)
  })
})

it('A sector that cannot be read reads as zeros, whatever the disk left in memory', async () => {
  const text = Buffer.from(`${line(3 * sector)}\n`)
  const file = {
    size: async () => text.length,
    read: async (target: Uint8Array, position: number) => {
      target.fill(0x78)
      if (position < 2 * sector && position + target.length > sector) throw new Error('unreadable sector')
      return text.copy(target, 0, position)
    },
  }
  const disk = Object.assign(new MemoryDisk(), { openToRead: async () => file })
  const expected = Buffer.from(text.subarray(0, -1)).fill(0, sector, 2 * sector)
  expect((await (await LineReader.open(disk, folder, 0)).lineAt(0))?.equals(expected)).to.equal(true)
})

/** Fails the readings that `which` picks; what it is asked is told. */
function failing(disk: MemoryDisk, which: (read: { position: number; length: number }) => boolean) {
  const reads: { position: number; length: number }[] = []
  disk.beforeRead = (position, length) => {
    reads.push({ position, length })
    if (which({ position, length })) throw new Error('unreadable sector')
  }
  return reads
}

describe('The last line', () => {
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['is the only one', '{a}\n', '{a}'],
    ['is the one before the blank rest', '{a}\n{b}\n   ', '{b}'],
    ['is none if it has no end', '{a}\n{b}  ', undefined],
    ['is none in an empty file', '', undefined],
    ['is none in a blank file', '    ', undefined],
    ['is found before much blank room', `{a}\n{b}\n${' '.repeat(2 * window + 5)}`, '{b}'],
    ['is found before room of a whole window', `{a}\n${' '.repeat(window)}`, '{a}'],
    ['may be long', `{a}\n${line(3 * window)}\n `, line(3 * window)],
    ['may fill a window', `${line(window - 1)}\n`, line(window - 1)],
    ['may fill a window but for its begin', `\n${line(window - 1)}\n`, line(window - 1)],
  ]
  for (const [what, text, then] of rows) {
    it(what, async () => {
      const { reader } = await readerOf(text)
      expect((await reader.lastLine())?.toString()).to.equal(then)
    })
  }
})

describe('The last line of a long file', () => {
  const many = `${line(window / 2 - 1)}\n`.repeat(8)
  for (const [what, text] of [
    ['is found without reading the whole', `${many}{b}\n`],
    ['that begins where a window does, too', `xxxxx\n${line(window - 2)}\n`],
  ] as const) {
    it(what, async () => {
      const { disk, reader } = await readerOf(text)
      const reads = failing(disk, () => false)
      expect((await reader.lastLine())?.toString()).to.equal(text.split('\n').at(-2))
      expect(reads.map(({ length }) => length)).to.deep.equal([window])
    })
  }
})

describe('The tail', () => {
  const rows: readonly (readonly [string, string, number, string])[] = [
    ['is what stands behind, without the blank rest', '{a}\nxy z   ', 4, 'xy z'],
    ['is empty where all behind is blank', '{a}\n     ', 4, ''],
    ['is empty at the end', '{a}\n', 4, ''],
    ['is empty behind the end', '{a}\n', 40, ''],
    ['does not look before its begin', 'abc     ', 5, ''],
    [
      'is found behind much blank room',
      `{a}\n${' '.repeat(2 * window)}x${' '.repeat(window)}`,
      4,
      `${' '.repeat(2 * window)}x`,
    ],
  ]
  for (const [what, text, position, then] of rows) {
    it(what, async () => {
      const { reader } = await readerOf(text)
      expect((await reader.tail(position)).toString()).to.equal(then)
    })
  }

  it('rejects where the disk cannot read it', async () => {
    const { disk, reader } = await readerOf('{a}\nx')
    failing(disk, () => true)
    expect((await rejection(reader.tail(4))).message).to.equal('unreadable sector')
  })
})

describe('What a copy has just read', () => {
  const text = '{a}\n'.repeat(100)
  const rows: readonly (readonly [string, (reader: LineReader) => Promise<unknown>, number[]])[] = [
    ['all of it: the last line and the tail are in there', (reader) => reader.lineAt(0), [400]],
    ['the tail: the last line and the tail are in there', (reader) => reader.tail(0), [400]],
    ['its end only: what stands before is read', (reader) => reader.lineAt(396), [4, 400]],
    ['its end only, by the tail: what stands before is read', (reader) => reader.tail(396), [4, 400]],
  ]
  for (const [what, first, then] of rows) {
    it(`is not read again, ${what}`, async () => {
      const { disk, reader } = await readerOf(text)
      const reads = failing(disk, () => false)
      await first(reader)
      expect((await reader.lastLine())?.toString()).to.equal('{a}')
      expect((await reader.tail(0)).toString()).to.equal(text)
      expect((await reader.tail(392)).toString()).to.equal('{a}\n{a}\n')
      expect(reads.map(({ length }) => length)).to.deep.equal(then)
    })
  }

  it('does not stand for what is behind it', async () => {
    const { reader } = await readerOf(`{a}\n${line(window)}\n{b}\n`)
    await reader.lineAt(0)
    expect((await reader.lastLine())?.toString()).to.equal('{b}')
    await reader.lineAt(0)
    expect((await reader.tail(4 + window + 1)).toString()).to.equal('{b}\n')
  })

  it('does not stand for what could not be read: the tail still rejects', async () => {
    const { disk, reader } = await readerOf(`${line(sector - 1)}\n${line(sector - 1)}\n`)
    failing(disk, ({ position, length }) => position + length > sector)
    expect((await reader.lineAt(0))?.toString()).to.equal(line(sector - 1))
    expect((await rejection(reader.tail(sector))).message).to.equal('unreadable sector')
  })
})

describe('A copy', () => {
  it('that is missing reads as an empty one', async () => {
    const reader = await LineReader.open(new MemoryDisk(), folder, 0)
    expect([await reader.lineAt(0), await reader.lastLine()]).to.deep.equal([undefined, undefined])
    for (const position of [0, 40]) expect((await reader.tail(position)).length).to.equal(0)
    await reader.close()
  })

  it('that is empty costs no reading', async () => {
    const { reader, operations } = await readerOf('')
    expect([await reader.lastLine(), (await reader.tail(0)).length]).to.deep.equal([undefined, 0])
    expect(operations).not.to.include(`read ${path}`)
  })

  it('is closed', async () => {
    const { reader, operations } = await readerOf('{a}\n')
    await reader.close()
    expect(operations.at(-1)).to.equal(`close ${path}`)
  })

  it('has segments that are named by their first seq, each told once, ascending; other files are none', async () => {
    const disk = new MemoryDisk()
    const names = ['00000000000000000010.jsonl', '00000000000000000009.jsonl', '00000000000000000000.jsonl']
    const others = [
      'next.new',
      'clean-stop.json',
      '00000000000000000011.jsonl.5.1000.cut',
      'x00000000000000000011.jsonl',
    ]
    for (const name of [...names, ...others, '0012.jsonl']) disk.put(`${folder}/${name}`, Buffer.from('x'))
    disk.put(`/mirror/${names[0]}`, Buffer.from('x'))
    disk.put('/mirror/00000000000000000100.jsonl', Buffer.from('x'))
    expect(await segmentsIn(disk, [folder, '/mirror'])).to.deep.equal([0, 9, 10, 100])
  })
})
