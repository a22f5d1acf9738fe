// The connection of the recorded load: whole answers only, and never a request sent twice.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import { Wire } from '../../../stress/serializability/run/wire.ts'

const answer = (text: string) =>
  `HTTP/1.1 201 Created\r\nLedger-Seq: 7\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`

describe('Wire', () => {
  let server: Server
  let wire: Wire
  let asked: string[]
  let reply: (socket: Socket) => void

  beforeEach(async () => {
    asked = []
    server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        asked.push(chunk.toString())
        reply(socket)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    wire = new Wire(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  })

  afterEach(() => {
    wire.destroy()
    server.close()
  })

  const rejected = (sent: Promise<unknown>) =>
    sent.then(
      () => 'it was answered',
      (error: Error) => error.message,
    )

  it('sends head and body, and reads status, headers and text', async () => {
    reply = (socket) => socket.write(answer('{"a":"ä"}'))
    const told = await wire.send('POST', '/v1/x', { 'idempotency-key': 'k' }, '"ö"')
    expect(told).to.deep.include({ status: 201, text: '{"a":"ä"}' })
    expect(told.headers['ledger-seq']).to.equal('7')
    expect(asked.join('')).to.match(
      /^POST \/v1\/x HTTP\/1.1\r\nhost: .*\r\nidempotency-key: k\r\ncontent-length: 4\r\n\r\n"ö"$/,
    )
  })

  it('waits for the rest of an answer that comes in pieces, even in the middle of a letter', async () => {
    const bytes = Buffer.from(answer('12ä34'))
    reply = async (socket) => {
      for (const byte of bytes) await new Promise<void>((sent) => socket.write(Buffer.of(byte), () => sent()))
    }
    expect((await wire.send('GET', '/', {}, null)).text).to.equal('12ä34')
  })

  it('rejects, and does not send again, when the connection ends before the answer is whole', async () => {
    reply = (socket) => socket.end(answer('12345').slice(0, -1))
    expect(await rejected(wire.send('GET', '/', {}, null))).to.match(/closed a connection/)
    expect(asked).to.have.length(1)
  })

  it('opens a new connection after a broken one', async () => {
    reply = (socket) => socket.destroy()
    await rejected(wire.send('GET', '/', {}, null))
    reply = (socket) => socket.write(answer('again'))
    expect((await wire.send('GET', '/', {}, null)).text).to.equal('again')
  })

  const wrong: readonly [what: string, bytes: string, why: RegExp][] = [
    ['more than one answer', answer('1') + answer('2'), /nobody asked for/],
    ['an answer without its length', 'HTTP/1.1 200 OK\r\n\r\n', /without Content-Length/],
  ]
  for (const [what, bytes, why] of wrong) {
    it(`rejects ${what}`, async () => {
      reply = (socket) => socket.write(bytes)
      expect(await rejected(wire.send('GET', '/', {}, null))).to.match(why)
    })
  }
})
