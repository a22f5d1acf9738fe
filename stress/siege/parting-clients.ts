// Clients of a server that is about to stop, on raw connections: each request is answered whole, or nothing of it was said.

import { connect } from 'node:net'
import type { Findings } from '../checks/findings.ts'
import { readAnswers } from './raw-answers.ts'
import { posted, request } from './raw-request.ts'

const payer = 'parting:payer'
const till = 'parting:till'
const lines = 50

export class PartingClients {
  readonly #place: { readonly host: string; readonly port: number }
  readonly #round: number
  readonly #findings: Findings
  #isOver = false
  #ends: Promise<void>[] = []
  readonly #begins: Promise<void>[] = []
  #count = 0
  /** Ids of transfers that were told to have happened. */
  readonly acknowledged: string[] = []
  /** Requests of which nothing was said before the server ended the connection: they may have happened, and can be asked again. */
  unanswered = 0
  /** What each client still waited for when its connection ended, the last ones last. */
  readonly left: string[] = []

  constructor(url: string, round: number, findings: Findings) {
    const { hostname: host, port } = new URL(url)
    this.#place = { host, port: Number(port) }
    this.#round = round
    this.#findings = findings
  }

  /** Settles when each has heard something: who connects while the server stops listening may be reset by the system. */
  async start(singles: number): Promise<void> {
    for (let index = 0; index < singles; index++) this.#ends.push(this.#keepAsking(() => this.#single()))
    this.#ends.push(
      this.#keepAsking(() => this.#batch()),
      this.#keepAsking(() => this.#stream()),
      this.#subscribe(),
    )
    await Promise.all(this.#begins)
  }

  /** From now on the server may end connections. */
  expectEnd(): void {
    this.#isOver = true
  }

  /** Settles when the server has ended all connections. */
  async ended(): Promise<void> {
    await Promise.all(this.#ends)
  }

  /** One request after the other on one connection, until the server ends it. */
  #keepAsking(next: () => Asked): Promise<void> {
    return this.#connection(({ send, asked }, bytes) => {
      const { answers, fault } = readAnswers(bytes)
      const answer = answers[0]
      if (answer === undefined || fault !== undefined) return false
      this.#findings.demand(asked.statuses.includes(answer.status), () => `answered ${answer.status} ${answer.body}`)
      if (answer.status < 300) this.acknowledged.push(...asked.made(answer.body))
      if (answer.headers.get('connection') !== 'close') send(next())
      return true
    }, next())
  }

  #subscribe(): Promise<void> {
    const bytes = request('GET /v1/events HTTP/1.1', ['Host: localhost', 'Accept: text/event-stream'])
    return this.#connection(() => false, { bytes, statuses: [], made: () => [] }, 'must be whole at its end')
  }

  /** `hear` says whether what has come is done with. */
  #connection(
    hear: (on: { send(asked: Asked): void; asked: Asked }, bytes: Buffer) => boolean,
    first: Asked,
    whole = '',
  ) {
    return new Promise<void>((resolve) => {
      const socket = connect({ ...this.#place, noDelay: true })
      this.#begins.push(new Promise((begun) => socket.once('data', () => begun()).once('close', () => begun())))
      let asked: Asked | undefined
      let heard: Buffer[] = []
      const send = (next: Asked) => {
        asked = next
        socket.write(next.bytes)
      }
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk)
        const now = asked
        // Joined at each piece, a long answer would keep all clients busy, and the server would wait for them.
        if (now === undefined || whole !== '') return
        asked = undefined
        const bytes = Buffer.concat(heard)
        heard = []
        if (hear({ send, asked: now }, bytes)) return
        heard.unshift(bytes)
        asked = now
      })
      socket.on('error', (error) => this.#findings.add(`a connection was broken: ${error.message}`))
      socket.on('close', () => {
        this.#judgeEnd(Buffer.concat(heard), asked, whole)
        resolve()
      })
      send(first)
    })
  }

  #judgeEnd(heard: Buffer, asked: Asked | undefined, whole: string): void {
    this.#findings.demand(this.#isOver, () => 'the server ended a connection before it was told to stop')
    const first = asked?.bytes.toString('latin1', 0, 40).split('\r\n')[0] ?? 'nothing'
    this.left.push(`${Math.round(performance.now())}: ${first}, heard ${heard.length}`)
    if (whole !== '') {
      const { fault } = readAnswers(heard)
      this.#findings.demand(heard.length > 0 && fault === undefined, () => `the events end with ${fault}`)
    } else if (heard.length > 0) this.#findings.add(`an answer breaks off: ${heard.toString('latin1', 0, 200)}`)
    else if (asked !== undefined) this.unanswered++
  }

  #single(): Asked {
    const id = this.#nextId()
    return { bytes: posted('/v1/transfers', this.#transfer(id)), statuses: [201, 503], made: () => [id] }
  }

  #batch(): Asked {
    const ids = Array.from({ length: lines }, () => this.#nextId())
    const items = ids.map((id) => this.#transfer(id)).join(',')
    const bytes = posted('/v1/batches', `{"mode":"atomic","items":[${items}]}`)
    return { bytes, statuses: [201, 503], made: () => ids }
  }

  #stream(): Asked {
    const ids = Array.from({ length: lines }, () => this.#nextId())
    const body = ids.map((id) => `${this.#transfer(id)}\n`).join('')
    const head = ['Host: localhost', 'Content-Type: application/x-ndjson', `Content-Length: ${body.length}`]
    const made = (answer: string) =>
      ids.slice(0, answer.split('\n').filter((line) => line.includes('"status":201')).length)
    return { bytes: request('POST /v1/batches HTTP/1.1', head, body), statuses: [200, 503], made }
  }

  #transfer(id: string): string {
    return `{"from":"${payer}","to":"${till}","amount":"1","id":"${id}"}`
  }

  #nextId(): string {
    return `parting-${this.#round}-${this.#count++}`
  }
}

interface Asked {
  readonly bytes: Buffer
  readonly statuses: readonly number[]
  /** The transfers that an answer tells of. */
  made(answer: string): readonly string[]
}
