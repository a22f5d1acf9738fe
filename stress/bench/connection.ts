// The load generator's one connection: sends a request, waits for its whole answer, sends the next. Nothing is pipelined.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const endOfHeaders = Buffer.from('\r\n\r\n')
const none = Buffer.alloc(0)

/** Told of each whole answer: its status and the length of its body. */
export type Answered = (status: number, bodyLength: number) => void

/**
 * Speaks just enough HTTP/1.1: status line and Content-Length, which it demands. Hand-made because the generator shares
 * the machine with the servers: undici's Pool, without pipelining, took 1.6 to 2.6 times its CPU for a request.
 */
export class Connection {
  readonly #socket: Socket
  #unread: Buffer = none
  #answered: Answered = () => {}
  #failed: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error('the server closed a connection')))
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Sends what `next` gives, one after the other's answer, until it gives undefined. Rejects if the connection breaks. */
  loop(next: () => Buffer | undefined, answered: Answered): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        const request = next()
        if (request === undefined) resolve()
        else this.#socket.write(request)
      }
      this.#failed = reject
      this.#answered = (status, bodyLength) => {
        answered(status, bodyLength)
        proceed()
      }
      proceed()
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    const headersEnd = bytes.indexOf(endOfHeaders)
    this.#unread = bytes
    if (headersEnd === -1) return
    const head = bytes.toString('latin1', 0, headersEnd)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? NaN)
    if (Number.isNaN(length)) return this.#failed(new Error(`an answer without Content-Length: ${head}`))
    const end = headersEnd + endOfHeaders.length + length
    if (bytes.length < end) return
    if (bytes.length > end) return this.#failed(new Error('an answer that nobody asked for'))
    this.#unread = none
    this.#answered(Number(head.slice(9, 12)), length)
  }
}
