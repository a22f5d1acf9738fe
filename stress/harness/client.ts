// One HTTP client for all scripts. It never retries: an answer that does not come is an error of its own.

import { Pool } from 'undici'
import type { Answer } from '../checks/answers.ts'

const answerWithin_ms = 30_000

export class Client {
  readonly #pool: Pool

  /** `connections` requests are in flight at most, one on each connection. */
  constructor(url: string, connections: number) {
    this.#pool = new Pool(new URL(url).origin, {
      connections,
      pipelining: 1,
      headersTimeout: answerWithin_ms,
      bodyTimeout: answerWithin_ms,
    })
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path, {}, null)
  }

  /** With a body it is sent as JSON. */
  post(path: string, body: string | null = null, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body === null ? headers : { 'content-type': 'application/json', ...headers }, body)
  }

  put(path: string, body: string): Promise<Answer> {
    return this.send('PUT', path, { 'content-type': 'application/json' }, body)
  }

  /** Drops what is in flight. */
  async destroy(): Promise<void> {
    await this.#pool.destroy()
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    headers: Record<string, string>,
    body: string | null,
  ): Promise<Answer> {
    const response = await this.#pool.request({ method, path, headers, body })
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() }
  }
}
