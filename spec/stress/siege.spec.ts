// What judges the siege is not blind: answers that are none, connections left open, and what happened without a word are told.

import { expect } from 'chai'
import { Findings } from '../../stress/checks/findings.ts'
import { randomFrom } from '../../stress/harness/random.ts'
import { catalogue, draw } from '../../stress/siege/catalogue.ts'
import { Judge } from '../../stress/siege/judge.ts'
import { readAnswers } from '../../stress/siege/raw-answers.ts'
import type { RawRequest } from '../../stress/siege/raw-request.ts'
import { levelsOff, quarters } from '../../stress/soak/memory-watch.ts'

const ids = 'Ledger-Seq: 7\r\nRequest-Id: req_1\r\n'
const fine = `HTTP/1.1 200 OK\r\n${ids}Content-Length: 2\r\n\r\n{}`
const problem = (status: number, told = status) => {
  const body = `{"type":"t","title":"t","status":${told},"detail":"d","code":"malformed_request","retryable":false,"request_id":"req_1","errors":[]}`
  return `HTTP/1.1 ${status} Bad\r\n${ids}Content-Type: application/problem+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
const made = `HTTP/1.1 201 Created\r\n${ids}Content-Length: 11\r\n\r\n{"seq":"9"}`

const asked: RawRequest = {
  name: 'one',
  pieces: [Buffer.from('POST / HTTP/1.1')],
  most: 1,
  statuses: [200, 201, 400, 500],
}

describe('The judge of a siege', () => {
  // biome-ignore format: a table
  const rows: readonly (readonly [what: string, bytes: string, holds: boolean, more?: object])[] = [
    ['an answer',                          fine,                                                       true],
    ['a problem',                          problem(400),                                               true],
    ['no answer at all',                   '',                                                         true],
    ['a chunked answer',                   `HTTP/1.1 200 OK\r\n${ids}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, true],
    ['an answer that a reset cut off',     fine.slice(0, -1),                                          true, { isReset: true }],
    ['an answer that breaks off',          fine.slice(0, -1),                                          false],
    ['chunks without an end',              `HTTP/1.1 200 OK\r\n${ids}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`, false],
    ['a head that breaks off',             fine.slice(0, 30),                                          false],
    ['two answers where one is due',       fine + fine,                                                false],
    ['another status than may be',         fine.replace('200', '204').replace('{}', ''),               false],
    ['a fault of the server',              problem(500),                                               false],
    ['a problem that tells another status', problem(400, 401),                                         false],
    ['a problem that is none',             problem(400).replace('"code"', '"cod_"'),                   false],
    ['no Request-Id',                      fine.replace('Request-Id', 'X'),                            false],
    ['no Ledger-Seq',                      fine.replace('Ledger-Seq', 'X'),                            false],
    ['a header twice',                     fine.replace(ids, ids + ids),                               false],
    ['two lengths of a body',              fine.replace(ids, `${ids}Transfer-Encoding: chunked\r\n`),  false],
    ['something else than HTTP',           'hello\r\n\r\n',                                            false],
    ['an answered one that is left open', fine, true, { leftOpen: true }],
    ['an unanswered one that is left open', '', false, { leftOpen: true }],
    ['a half answered one that is left open',     fine.slice(0, -1),                                                       false, { leftOpen: true }],
  ]
  for (const [what, bytes, holds, more] of rows) {
    it(`${holds ? 'lets pass' : 'tells'} ${what}`, () => {
      const findings = new Findings()
      const judge = new Judge(findings, 7)
      expect(judge.hear(asked, { bytes: Buffer.from(bytes), leftOpen: false, isReset: false, ...more })).to.equal(holds)
      expect(findings.count).to.equal(holds ? 0 : 1)
    })
  }

  it('remembers what was told to have happened', () => {
    const judge = new Judge(new Findings(), 7)
    judge.hear(asked, { bytes: Buffer.from(made), leftOpen: false, isReset: false })
    expect([...judge.accepted]).to.deep.equal([9])
  })

  it('does not take a dry run, a read, or what was there before for it', () => {
    const judge = new Judge(new Findings(), 9)
    const heard = (bytes: string) => ({ bytes: Buffer.from(bytes), leftOpen: false, isReset: false })
    judge.hear(asked, heard(made))
    judge.hear({ ...asked, pieces: [Buffer.from('GET /')] }, heard(made.replace('"9"', '"8"')))
    const dry = '{"seq":"8","committed":false}'
    judge.hear(asked, heard(`HTTP/1.1 201 Created\r\n${ids}Content-Length: ${dry.length}\r\n\r\n${dry}`))
    expect([...judge.accepted]).to.deep.equal([])
  })

  it('knows what may have happened though nobody was told', () => {
    const judge = new Judge(new Findings(), 7)
    const asking = (body: string) => ({ ...asked, pieces: [Buffer.from('POST '), Buffer.from(body)] })
    const nothing = { bytes: Buffer.alloc(0), leftOpen: false, isReset: false }
    judge.hear(asking('{"from":"a:1","to":"b:1"}'), nothing)
    judge.hear({ ...asked, pieces: [Buffer.from('GET /a:2/b:2')] }, nothing)
    judge.hear(asking('{"from":"a:3","to":"b:3"}'), { ...nothing, bytes: Buffer.from(fine) })
    const events = [1, 2, 3].map((one) => `{"postings":[{"from":"a:${one}","to":"b:${one}"}]}`)
    expect(events.map((event) => judge.wasUnheard(event))).to.deep.equal([true, false, false])
    expect(judge.wasUnheard('{"postings":[{"from":"a:1","to":"c"}]}')).to.equal(false)
    expect(judge.wasUnheard('{}')).to.equal(false)
  })

  it('reads one answer after the other, and heads without bodies', () => {
    expect(readAnswers(Buffer.from(fine + problem(400))).answers.map(({ status }) => status)).to.deep.equal([200, 400])
    expect(readAnswers(Buffer.from(fine.slice(0, -2)), true)).to.have.nested.property('answers.length', 1)
  })

  it('draws the same requests for the same seed, and others for another', () => {
    const drawn = (seed: number) => {
      const random = randomFrom(seed)
      return Array.from({ length: 200 }, () => Buffer.concat([...draw(random).pieces]).toString('latin1'))
    }
    expect(drawn(1)).to.deep.equal(drawn(1))
    expect(drawn(1)).not.to.deep.equal(drawn(2))
  })

  it('has names of their own for all wrongs that it knows', () => {
    const names = catalogue.map((make) => make(randomFrom(1)).name)
    expect(new Set(names).size).to.equal(names.length)
    expect(names.length).to.be.above(100)
  })
})

describe('The watch over memory', () => {
  //  what it does                        MiB after so many of a hundred parts          levels off
  const rows = [
    ['leaks with each request', (part: number) => 100 + 2 * part, false],
    ['rises and stays', (part: number) => 100 + 200 * Math.min(1, part / 50), true],
    ['saws', (part: number) => 150 + 10 * (part % 10), true],
    ['saws higher and higher', (part: number) => 150 + (part % 10 === 9 ? 2 * part : 0), true],
    ['saws and leaks', (part: number) => 150 + 10 * (part % 10) + 2 * part, false],
  ] as const
  for (const [what, mib, holds] of rows) {
    it(`${holds ? 'is content with' : 'tells of'} what ${what}`, () => {
      expect(levelsOff(quarters(Array.from({ length: 100 }, (_, part) => mib(part))))).to.equal(holds)
    })
  }

  it('does not judge what has hardly begun', () => {
    expect(quarters(Array.from({ length: 99 }, (_, part) => part))).to.deep.equal([])
    expect(levelsOff([])).to.equal(true)
  })
})
