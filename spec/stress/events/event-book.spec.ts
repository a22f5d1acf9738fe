// The checker of stress:events finds what it is there to find.

import { expect } from 'chai'
import { Findings } from '../../../stress/checks/findings.ts'
import { EventBook } from '../../../stress/events/event-book.ts'
import { EventParser } from '../../../stress/events/event-parser.ts'

function body(seq: number, transfer = `{"id":"tr_${seq}"}`): string {
  return `{"seq":"${seq}","transactions":[{"transfer":${transfer}}]}`
}

const pages = [1, 2, 3, 4].map((seq) => body(seq))
const answers = [{ seq: 2, text: '{"id":"tr_2"}' }]

function findingsOn(told: readonly (readonly [id: number, data: string])[]): string {
  const findings = new Findings()
  const book = new EventBook('somebody', findings)
  for (const [id, data] of told) book.take({ id: String(id), data })
  book.compare(pages, answers)
  return findings.told().join('\n')
}

const whole = [1, 2, 3, 4].map((seq) => [seq, body(seq)] as const)

describe('EventBook', () => {
  it('finds nothing wrong with every seq once, in order', () => {
    expect(findingsOn(whole)).to.equal('')
    expect(findingsOn([...whole, [5, body(5)]])).to.equal('')
  })

  const wrong: readonly (readonly [string, readonly (readonly [number, string])[], RegExp])[] = [
    ['nothing at all', [], /told 0 events of 4/],
    ['an event too few', whole.slice(0, 3), /told 3 events of 4/],
    ['a gap', [1, 3, 4].map((seq) => [seq, body(seq)] as const), /told event 3 where 2 was due/],
    ['an event twice', [1, 2, 2, 3, 4].map((seq) => [seq, body(seq)] as const), /told event 2 where 3 was due/],
    ['another order', [1, 3, 2, 4].map((seq) => [seq, body(seq)] as const), /told event 3 where 2 was due/],
    ['other words', [...whole.slice(0, 3), [4, body(4, '{}')]], /was told of seq 4: .*the page tells/],
    ['an id that is no seq', [[Number.NaN, body(1)], ...whole.slice(1)], /told event NaN where 1 was due/],
  ]
  for (const [name, told, words] of wrong) {
    it(`finds ${name}`, () => {
      expect(findingsOn(told)).to.match(words)
    })
  }

  it('finds an answer that no event tells, even where page and stream agree', () => {
    const findings = new Findings()
    const book = new EventBook('somebody', findings)
    for (const [id, data] of whole) book.take({ id: String(id), data })
    book.compare(pages, [{ seq: 2, text: '{"id":"tr_3"}' }])
    expect(findings.told().join()).to.match(/of seq 2: .*its answer was: {"id":"tr_3"}/)
  })
})

describe('EventParser', () => {
  const text = 'retry: 1000\n\n:\n\nid: 1\ndata: {"a":": x"}\n\nid: 2\ndata:{}\n\n'
  const events = [
    { id: '1', data: '{"a":": x"}' },
    { id: '2', data: '{}' },
  ]

  it('reads events however the text is cut', () => {
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second += 7) {
        const parser = new EventParser()
        const parts = [text.slice(0, first), text.slice(first, second), text.slice(second)]
        expect(parts.flatMap((part) => parser.take(part))).to.deep.equal(events)
      }
    }
  })

  it('takes no event whose end has not come', () => {
    expect(new EventParser().take('id: 1\ndata: {}\n')).to.deep.equal([])
  })
})
