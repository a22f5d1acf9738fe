// The lines of a stream, however its bytes are cut into chunks.

import { expect } from 'chai'
import { type Line, LineSplitter, tooLong } from '../../../src/public-api/request/ndjson.ts'

const limit = 10

function linesOf(chunks: readonly Uint8Array[]): string[] {
  const splitter = new LineSplitter(limit)
  const lines: (Line | undefined)[] = chunks.flatMap((chunk) => [...splitter.lines(chunk)])
  lines.push(splitter.last())
  return lines.flatMap((line) => (line === undefined ? [] : [line === tooLong ? '(too long)' : String(line)]))
}

describe('LineSplitter', () => {
  //  what                                 bytes                          lines
  const rows = [
    ['nothing', '', []],
    ['one line', 'a\n', ['a']],
    ['a last line without its end', 'a\nb', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['a last line that ends in CR', 'a\nb\r', ['a', 'b']],
    ['a CR within a line', 'a\rb\n', ['a\rb']],
    ['blank lines', '\n\r\n \t\n\na\n\n', ['a']],
    ['characters of many bytes', 'äß\n€\n🙂🙂\n', ['äß', '€', '🙂🙂']],
    ['a line as long as may be', '0123456789\nb\n', ['0123456789', 'b']],
    ['a line as long as may be, and CRLF', '0123456789\r\nb\r\n', ['0123456789', 'b']],
    ['a line that is too long by one', '0123456789x\nb\n', ['(too long)', 'b']],
    ['a line that is too long by one, and CRLF', '0123456789x\r\nb\n', ['(too long)', 'b']],
    ['a line that is far too long', `${'x'.repeat(100)}\nb\n`, ['(too long)', 'b']],
    ['a last line that is too long', `a\n${'x'.repeat(100)}`, ['a', '(too long)']],
    ['blanks without end', `${' '.repeat(100)}\nb\n`, ['(too long)', 'b']],
    ['two that are too long', `${'x'.repeat(50)}\n${'y'.repeat(50)}\n`, ['(too long)', '(too long)']],
  ] as const
  for (const [what, text, lines] of rows) {
    it(`finds the lines in ${what}, in chunks of any size`, () => {
      const bytes = Buffer.from(text)
      for (let size = 1; size <= Math.max(1, bytes.length); size++) {
        const chunks: Uint8Array[] = []
        for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.subarray(start, start + size))
        expect(linesOf(chunks), `chunks of ${size}`).to.deep.equal(lines)
      }
    })
  }

  it('holds nothing of the chunks that a line came in', () => {
    const splitter = new LineSplitter(limit)
    const chunk = Buffer.from('abc')
    expect([...splitter.lines(chunk)]).to.deep.equal([])
    chunk.fill('x')
    expect([...splitter.lines(Buffer.from('\n'))].map(String)).to.deep.equal(['abc'])
  })

  it('makes a line only when it is asked for', () => {
    const lines = new LineSplitter(limit).lines(Buffer.from('a\nb\nc\n'))
    expect(String(lines.next().value)).to.equal('a')
    expect([...lines].map(String)).to.deep.equal(['b', 'c'])
  })
})
