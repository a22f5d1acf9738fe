// POST /v1/batches as NDJSON: lines in, results out, in order.

import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, until } from '../doubles.ts'
import { byAmount, line, longestLine, ndjson, resultsOf, source } from './stream-doubles.ts'

describe('POST /v1/batches as a stream', () => {
  it('answers each line by a line', async () => {
    const { app, sent } = apiOver({ process: byAmount })
    const response = await app.request('/v1/batches', ndjson(line(0) + line(1, { id: 'x' })))
    expect(response.status).to.equal(200)
    expect(response.headers.get('Content-Type')).to.equal('application/x-ndjson')
    expect(response.headers.get('Ledger-Seq')).to.equal('41')
    const results = await resultsOf(response)
    expect(results.map((result) => 'transfer' in result && result.transfer.seq)).to.deep.equal(['1', '2'])
    expect(sent.map((message) => (message as ProcessTransaction).request)).to.deep.equal([undefined, undefined])
    expect(sent[1])
      .to.have.nested.property('command.content')
      .that.match(/^[0-9a-f]{64}$/)
  })

  //  what comes                      bytes                                                      statuses
  const rows = [
    ['nothing', '', []],
    ['blank lines', '\n\r\n  \n', []],
    ['CRLF and blank lines', `${line(0).trimEnd()}\r\n\r\n${line(1)}`, [201, 201]],
    ['a last line without its end', line(0) + line(1).trimEnd(), [201, 201]],
    ['a broken line', `${line(0)}{"from":\n${line(2)}`, [201, 400, 201]],
    ['a line of the wrong form', `${line(0)}${line(-1)}${line(2)}`, [201, 400, 201]],
    ['a line as long as may be', `${line(0).padStart(longestLine + 1)}${line(1)}`, [201, 201]],
    ['a line that is too long', `${line(0).padStart(longestLine + 2)}${line(1)}`, [400, 201]],
    ['a last line that is far too long', `${line(0)}${'x'.repeat(5 * longestLine)}`, [201, 400]],
  ] as const
  for (const [what, body, statuses] of rows) {
    it(`goes on after ${what}`, async () => {
      const { app, sent } = apiOver({ process: byAmount })
      const results = await resultsOf(await app.request('/v1/batches', ndjson(body)))
      expect(results.map(({ status }) => status)).to.deep.equal(statuses)
      expect(sent).to.have.length(statuses.filter((status) => status === 201).length)
    })
  }

  it('tells a line that is no UTF-8', async () => {
    const { app, sent } = apiOver({ process: byAmount })
    const body = Buffer.from(line(0, { reference: '~' }) + line(0))
    body[body.indexOf('~')] = 0xff
    const response = await app.request('/v1/batches', ndjson(new Blob([body]).stream()))
    expect((await resultsOf(response)).map(({ status }) => status)).to.deep.equal([400, 201])
    expect(sent).to.have.length(1)
  })

  it('answers while the request goes on', async () => {
    const { app } = apiOver({ process: byAmount })
    const request = source()
    const response = await app.request('/v1/batches', ndjson(request.stream))
    const reader = response.body?.getReader()
    for (const number of [0, 1, 2]) {
      request.write(line(number))
      const { value } = (await reader?.read()) ?? {}
      expect(JSON.parse(String(Buffer.from(value ?? '')))).to.have.nested.property('transfer.id', `tr_${number + 1}`)
    }
    request.end()
    expect(await reader?.read()).to.deep.equal({ done: true, value: undefined })
  })

  it('answers in the order of the lines, whatever the order of the answers', async () => {
    const { app, sent } = apiOver({})
    const lines = Array.from({ length: 100 }, (_, number) => (number % 7 === 3 ? '{}\n' : line(number)))
    const response = await app.request('/v1/batches', ndjson(lines.join('')))
    const results = resultsOf(response)
    await until(() => sent.length === lines.filter((text) => text !== '{}\n').length)
    for (const message of [...sent].reverse()) byAmount(message as ProcessTransaction)
    const told = (await results).map((result) => ('transfer' in result ? Number(result.transfer.seq) : undefined))
    expect(told).to.deep.equal(lines.map((_, number) => (number % 7 === 3 ? undefined : number + 1)))
  })

  it('tells of each line what came of it', async () => {
    const { app } = apiOver({
      process: (message) => {
        const [{ amount } = { amount: 0n }] = message.method === 'Transfer' ? message.command.postings : []
        if (amount === 1n) message.replyTo.send({ type: 'RequestRejected', reason: 'overloaded' })
        else if (amount === 2n) message.replyTo.send({ type: 'RequestRejected', reason: 'storage_full' })
        else message.replyTo.send({ type: 'TransactionRefused', refusal: { code: 'guard_failed' }, seq: 42 })
      },
    })
    const results = await resultsOf(await app.request('/v1/batches', ndjson(line(0) + line(1) + line(2))))
    expect(results.map(({ status }) => status)).to.deep.equal([503, 507, 422])
  })

  it('leaves out bodies, or keeps nothing, when asked to', async () => {
    const { app, sent } = apiOver({ process: byAmount })
    const init = ndjson(line(0), { Prefer: 'return=minimal' })
    const response = await app.request('/v1/batches?dry_run=true', init)
    expect(response.headers.get('Preference-Applied')).to.equal('return=minimal')
    expect(await response.text()).to.equal('{"status":201,"id":"tr_1","seq":"1","committed":false}\n')
    expect(sent[0]).to.include({ dryRun: true })
  })

  it('refuses an Idempotency-Key', async () => {
    const { app, sent } = apiOver({ process: byAmount })
    const response = await app.request('/v1/batches', ndjson(line(0), { 'Idempotency-Key': 'key-1' }))
    expect([response.status, sent.length]).to.deep.equal([400, 0])
    expect(problemAnswer.parse(await response.json()).code).to.equal('invalid_id')
  })
})
