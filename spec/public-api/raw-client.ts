// A client of bytes: it sends what it is told, and tells what came back.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class RawClient {
  readonly #socket: Socket
  #received = ''
  #reset = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#received += chunk
    })
    socket.on('error', () => {
      this.#reset = true
    })
  }

  /** With `halfOpen` it goes on sending after the server has ended. */
  static async to(url: string, halfOpen = false): Promise<RawClient> {
    const { hostname: host, port } = new URL(url)
    const socket = connect({ host, port: Number(port), allowHalfOpen: halfOpen })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  send(...lines: readonly string[]): void {
    this.#socket.write(lines.join('\r\n'))
  }

  get received(): string {
    return this.#received
  }

  /** Whether the connection was reset instead of ended. */
  get reset(): boolean {
    return this.#reset
  }

  async receives(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) await once(this.#socket, 'data')
    return this.#received
  }

  /** Settles when the server has said that it is done. */
  async ended(): Promise<void> {
    if (!this.#socket.readableEnded && !this.#socket.closed) await once(this.#socket, 'end')
  }

  async closed(): Promise<void> {
    // Not `once`: it would reject with the reset that the spec asks for.
    if (!this.#socket.closed) await new Promise((resolve) => this.#socket.on('close', resolve))
  }

  /** Reads no more, until `goOn`. */
  rest(): void {
    this.#socket.pause()
  }

  goOn(): void {
    this.#socket.resume()
  }

  /** Reads so many bytes, or a little more, and rests again. */
  async more(bytes: number): Promise<void> {
    const enough = this.#received.length + bytes
    this.#socket.resume()
    while (this.#received.length < enough) await once(this.#socket, 'data')
    this.#socket.pause()
  }

  leave(): void {
    this.#socket.destroy()
  }
}

/** POST /v1/transfers, as bytes. */
export function posted(body: string): string {
  return [
    'POST /v1/transfers HTTP/1.1',
    'Host: ledger',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

export function got(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: ledger\r\n\r\n`
}
