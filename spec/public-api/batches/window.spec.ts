// POST /v1/batches as a stream: never more of it in memory than a window, and a clean end.

import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { apiOver, until } from '../doubles.ts'
import { byAmount, endless, line, mostLines, ndjson, resultsOf, source, standstill } from './stream-doubles.ts'

describe('A stream holds no more than a window', () => {
  it('of a ledger that does not answer', async () => {
    const { app, sent } = apiOver({})
    const { stream, seen } = endless(line(0).repeat(100))
    const response = await app.request('/v1/batches', ndjson(stream))
    const reader = response.body?.getReader()
    const first = reader?.read()
    await until(() => sent.length === mostLines)
    await standstill()
    expect([sent.length, seen.taken]).to.deep.equal([mostLines, Math.ceil(mostLines / 100)])
    for (const message of sent.slice(0, 10)) byAmount(message as ProcessTransaction)
    expect(String(Buffer.from((await first)?.value ?? '')).split('\n')).to.have.length(10 + 1)
    await until(() => sent.length === mostLines + 10)
    await standstill()
    expect(sent.length).to.equal(mostLines + 10)
    await reader?.cancel()
  })

  it('for a client that does not read', async () => {
    const { app, sent } = apiOver({ process: byAmount })
    const { stream, seen } = endless(line(0).repeat(100))
    const response = await app.request('/v1/batches', ndjson(stream))
    await until(() => sent.length === mostLines)
    await standstill()
    expect([sent.length, seen.taken]).to.deep.equal([mostLines, Math.ceil(mostLines / 100)])
    const reader = response.body?.getReader()
    await reader?.read()
    await until(() => sent.length > mostLines)
    await reader?.cancel()
  })

  it('of long lines', async () => {
    const { app, sent } = apiOver({})
    const { stream } = endless(line(0).padStart(100_000))
    const response = await app.request('/v1/batches', ndjson(stream))
    await until(() => sent.length * 100_000 > 4 * 1_024 * 1_024)
    await standstill()
    expect(sent.length).to.equal(42)
    for (const message of sent.slice(0, 2)) byAmount(message as ProcessTransaction)
    const reader = response.body?.getReader()
    await reader?.read()
    await until(() => sent.length === 42 + 2)
    await reader?.cancel()
  })

  it('of lines that are refused at the door', async () => {
    const { app } = apiOver({})
    const { stream, seen } = endless('{}\n'.repeat(100))
    const response = await app.request('/v1/batches', ndjson(stream))
    await until(() => seen.taken > mostLines / 100)
    await standstill()
    expect(seen.taken).to.equal(Math.ceil(mostLines / 100))
    await response.body?.cancel()
  })
})

describe('A stream ends', () => {
  it('takes no line from a request that broke off within it', async () => {
    const { app, sent } = apiOver({ process: byAmount })
    const request = source()
    const response = await app.request('/v1/batches', ndjson(request.stream))
    request.write(line(0) + line(12).trimEnd())
    await until(() => sent.length === 1)
    await standstill()
    request.breakOff()
    expect(await resultsOf(response)).to.have.length(1)
    expect(sent).to.have.length(1)
  })

  it('stops reading when the client goes away', async () => {
    const { app, sent } = apiOver({})
    const request = source()
    const response = await app.request('/v1/batches', ndjson(request.stream))
    request.write(line(0))
    await until(() => sent.length === 1)
    await response.body?.cancel()
    await standstill()
    expect(request.seen).to.deep.equal({ taken: 1, cancelled: true })
  })

  it('ends after what is under way when the server drains', async () => {
    const { app, sent, endStreams } = apiOver({})
    const request = source()
    const results = resultsOf(await app.request('/v1/batches', ndjson(request.stream)))
    request.write(line(0) + line(1) + line(2).trimEnd())
    await until(() => sent.length === 2)
    endStreams()
    request.write(`\n${line(3)}`)
    await standstill()
    for (const message of sent) byAmount(message as ProcessTransaction)
    expect((await results).map(({ status }) => status)).to.deep.equal([201, 201])
    expect(sent).to.have.length(2)
    expect(request.seen.cancelled).to.equal(true)
  })

  it('ends at once when the server drains, even within a full window', async () => {
    const { app, sent, endStreams } = apiOver({})
    const { stream } = endless(line(0).repeat(100))
    const results = resultsOf(await app.request('/v1/batches', ndjson(stream)))
    await until(() => sent.length === mostLines)
    endStreams()
    for (const message of [...sent]) byAmount(message as ProcessTransaction)
    expect(await results).to.have.length(mostLines)
    expect(sent).to.have.length(mostLines)
  })

  it('begins none when the server drains', async () => {
    for (const status of ['open', 'draining'] as const) {
      const { app, sent, endStreams } = apiOver({ process: byAmount, status })
      if (status === 'open') endStreams()
      const response = await app.request('/v1/batches', ndjson(line(0)))
      expect([response.status, sent.length]).to.deep.equal([503, 0])
    }
  })

  it('breaks the answer off, and stops reading, when a line fails unexpectedly', async () => {
    const { app } = apiOver({
      process: () => {
        throw new Error('a secret')
      },
    })
    const request = source()
    const response = await app.request('/v1/batches', ndjson(request.stream))
    request.write(line(0))
    const failure = await response.text().catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(Error)
    await standstill()
    expect(request.seen.cancelled).to.equal(true)
  })
})
