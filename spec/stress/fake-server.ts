// A ledger server for the specs of the stress scripts: tiny, in memory, and able to lie.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Book } from '../../stress/checks/book.ts'

export interface Transfer {
  readonly seq: number
  readonly from: string
  readonly to: string
  readonly amount: string
}

/** What it gets wrong. A number says at which transfer, not counting those from an account to itself. */
export interface Lies {
  /** Answers the transfer as made, and does not make it. */
  readonly loses?: number
  readonly doubles?: number
  /** Makes the transfer and tells another balance. */
  readonly misreports?: number
  /** Makes money: the receiver of the transfer gets one unit too many. */
  readonly mints?: number
  /** Answers 503 for the transfer. */
  readonly fails?: number
  /** Reads never see any transfer. */
  readonly staleReads?: boolean
  readonly skipsSeqAt?: number
  /** The origin's transfers are answered, and none of them is made. */
  readonly ignoresOrigin?: boolean
  /** The origin's balance is one unit too high. */
  readonly contradictsItself?: boolean
}

export class FakeServer {
  readonly #server: Server = createServer((request, response) => this.#handle(request, response))
  readonly #book = new Book()
  readonly #transfers = new Map<number, string>()
  readonly #lies: Lies
  #seq = 0
  #asked = 0

  constructor(lies: Lies = {}) {
    this.#lies = lies
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    const [from, to, amount] = ['from', 'to', 'amount'].map((name) => searchParams.get(name) ?? '') as [
      string,
      string,
      string,
    ]
    const body = await text(request)
    const account = /^\/v1\/accounts\/(.+)\/balance$/.exec(pathname)?.[1]
    if (account !== undefined) return this.#json(response, 200, this.#balance(this.#lies.staleReads ? '' : account))
    if (pathname === '/api/balance') {
      const { posted } = this.#balance(this.#lies.staleReads ? '' : from)
      return this.#plain(response, this.#lies.contradictsItself ? `${BigInt(posted) + 1n}` : posted)
    }
    if (pathname === '/v1/journal/head') return this.#json(response, 200, { seq: `${this.#seq}`, hash: '0'.repeat(64) })
    if (pathname === '/api/transfer') {
      if (!this.#lies.ignoresOrigin) this.#make(from, to, amount)
      return this.#plain(response, this.#balance(from).posted)
    }
    if (pathname === '/v1/transfers') return this.#transfer(response, JSON.parse(body))
    const found = this.#transfers.get(Number(pathname.replace('/v1/transfers/tr_', '')))
    if (found === undefined) return this.#json(response, 404, {})
    this.#send(response, 200, 'application/json', found)
  }

  #transfer(response: ServerResponse, { from, to, amount }: Transfer): void {
    if (from === 'abyss' && this.#book.latest(from).posted < 0n) {
      const problem = { type: 'about:blank', title: 'No', status: 422, detail: 'No', code: 'balance_overflow' }
      const headers = { ...this.#headers(), 'content-type': 'application/problem+json' }
      response.writeHead(422, headers).end(JSON.stringify({ ...problem, retryable: false, request_id: 'r' }))
      return
    }
    const seq = this.#make(from, to, amount)
    if (from !== to && this.#asked === this.#lies.fails) return this.#json(response, 503, {})
    response.setHeader('location', `/v1/transfers/tr_${seq}`)
    this.#send(response, 201, 'application/json', this.#transfers.get(seq) ?? '')
  }

  #make(from: string, to: string, amount: string): number {
    if (from !== to) this.#asked++
    const now = (at: number | undefined) => from !== to && at === this.#asked
    const { skipsSeqAt, loses, doubles, mints, misreports } = this.#lies
    this.#seq += now(skipsSeqAt) ? 2 : 1
    const times = now(loses) ? 0 : now(doubles) ? 2 : 1
    for (let time = 0; time < times; time++) this.#book.enter(this.#seq, from, to, BigInt(amount))
    if (now(mints)) this.#book.enter(this.#seq, 'nowhere', to, 1n)
    const transfer = { seq: this.#seq, from, to, amount }
    this.#transfers.set(this.#seq, JSON.stringify(this.#told(transfer, now(misreports) ? 'nobody' : from)))
    return this.#seq
  }

  #told({ seq, from, to, amount }: Transfer, sender: string): object {
    const balances = { [to]: { UNIT: this.#balance(to) }, [from]: { UNIT: this.#balance(sender) } }
    const postings = [{ from, to, amount, asset: 'UNIT' }]
    const rest = { reference: null, metadata: {}, created_at: '2026-01-01T00:00:00.000Z' }
    return { id: `tr_${seq}`, state: 'posted', postings, balances, ...rest, seq: `${seq}` }
  }

  #balance(account: string) {
    const { posted, version } = this.#book.latest(account)
    return { posted: `${posted}`, pending_in: '0', pending_out: '0', available: `${posted}`, version }
  }

  #headers() {
    return { 'ledger-seq': `${this.#seq}`, 'request-id': 'r' }
  }

  #json(response: ServerResponse, status: number, body: object): void {
    this.#send(response, status, 'application/json', JSON.stringify(body))
  }

  #plain(response: ServerResponse, body: string): void {
    this.#send(response, 200, 'text/plain', body)
  }

  #send(response: ServerResponse, status: number, type: string, body: string): void {
    response.writeHead(status, { ...this.#headers(), 'content-type': type }).end(body)
  }
}
