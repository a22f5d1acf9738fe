// One connection of the recorded load: sends a request, waits for its whole answer. Nothing is pipelined, nothing sent twice.

import { connect, type Socket } from 'node:net'
import type { Answer } from '../../checks/answers.ts'

const endOfHeaders = Buffer.from('\r\n\r\n')
const none = Buffer.alloc(0)
const answerWithin_ms = 120_000 // a batch of hundreds stands behind many others, on a machine that may be busy

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/**
 * Speaks just enough HTTP/1.1, and demands Content-Length. Hand-made because the load shares the machine with the server:
 * undici's Pool took a third of the load's CPU.
 */
export class Wire {
  readonly #url: URL
  #socket: Socket | undefined
  #unread: Buffer = none
  #waiting: Waiting | undefined

  constructor(url: string) {
    this.#url = new URL(url)
  }

  /** Rejects when the connection breaks, or nothing comes for two minutes. A broken one is opened anew by the next call. */
  send(method: string, path: string, headers: Readonly<Record<string, string>>, body: string | null): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket ??= this.#open()
      this.#socket.write(`${headOf(method, path, this.#url.host, headers, body)}${body ?? ''}`)
    })
  }

  /** Drops what is in flight. */
  destroy(): void {
    this.#fail(new Error('the connection was closed here'))
  }

  #open(): Socket {
    const { hostname, port } = this.#url
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    const failed = (error: Error) => {
      if (socket === this.#socket) this.#fail(error)
    }
    socket.on('data', (chunk) => {
      if (socket === this.#socket) this.#take(chunk)
    })
    socket.on('error', failed)
    socket.on('close', () => failed(new Error('the server closed a connection')))
    socket.setTimeout(answerWithin_ms, () => failed(new Error(`no answer within ${answerWithin_ms} ms`)))
    return socket
  }

  #take(chunk: Buffer): void {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    this.#unread = bytes
    const headEnd = bytes.indexOf(endOfHeaders)
    if (headEnd === -1) return
    const head = bytes.toString('latin1', 0, headEnd)
    const headers = headersIn(head)
    const length = Number(headers['content-length'] ?? Number.NaN)
    if (Number.isNaN(length)) return this.#fail(new Error(`an answer without Content-Length: ${head}`))
    const begin = headEnd + endOfHeaders.length
    if (bytes.length < begin + length) return
    const waiting = this.#waiting
    if (bytes.length > begin + length || waiting === undefined)
      return this.#fail(new Error('an answer that nobody asked for'))
    this.#unread = none
    this.#waiting = undefined
    waiting.resolve({ status: Number(head.slice(9, 12)), headers, text: bytes.toString('utf8', begin) })
  }

  #fail(error: Error): void {
    const [socket, waiting] = [this.#socket, this.#waiting]
    this.#socket = undefined
    this.#waiting = undefined
    this.#unread = none
    socket?.destroy()
    waiting?.reject(error)
  }
}

function headOf(
  method: string,
  path: string,
  host: string,
  headers: Readonly<Record<string, string>>,
  body: string | null,
): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
  return body === null ? `${head}\r\n` : `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n`
}

function headersIn(head: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return headers
}
