// A server that is killed and comes back on the same data; who speaks with it waits meanwhile.

import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { type ServerProcess, startServer } from '../harness/server-process.ts'
import type { HttpRequest } from './requests.ts'

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  readonly replayed: boolean
  readonly etag: string | undefined
  /** Whether it may have been asked more than once: its first answer never came. */
  readonly wasInDoubt: boolean
}

const retryAfter_ms = 20

export class Place {
  readonly #start: () => ServerProcess
  #server: ServerProcess
  #pool: Promise<Pool>
  inDoubt = 0

  constructor(launcher: string, flags: readonly string[]) {
    this.#start = () => startServer(launcher, flags)
    this.#server = this.#start()
    this.#pool = poolOf(this.#server)
  }

  /** Goes on asking until it is answered, over any outage; `isRepeatable` false: it throws where it may have happened. */
  async ask({ method, path, headers, body }: HttpRequest, isRepeatable = true): Promise<HttpAnswer> {
    for (let wasInDoubt = false; ; wasInDoubt = true) {
      const pool = await this.#pool
      try {
        const response = await pool.request({ method, path, headers, body })
        const text = await response.body.text()
        const { 'idempotent-replayed': replayed, etag } = response.headers
        const answer = { status: response.statusCode, text, replayed: replayed === 'true', etag: etag?.toString() }
        if (answer.status !== 503) return { ...answer, wasInDoubt }
        await wait(retryAfter_ms)
      } catch (error) {
        // Without an outage a lost answer is a failure of the server.
        if (pool === (await this.#pool) && !pool.destroyed && !pool.closed) throw error
        this.inDoubt++
        if (!isRepeatable) throw new InDoubt()
      }
    }
  }

  /** SIGKILL, and a new start on what is left. */
  async killAndStart(): Promise<void> {
    await this.#restart(() => this.#server.kill())
  }

  /** SIGTERM, and a new start after `meanwhile`. */
  async stopAndStart(meanwhile: () => Promise<void>): Promise<void> {
    await this.#restart(async () => {
      await this.stop()
      await meanwhile()
    })
  }

  async stop(): Promise<void> {
    const { code, signal } = await this.#server.stop()
    if (code !== 0) throw new Error(`the server did not end well: ${signal ?? code}\n${this.#server.log()}`)
  }

  async #restart(end: () => Promise<unknown>): Promise<void> {
    const before = await this.#pool
    const { promise, resolve, reject } = Promise.withResolvers<Pool>()
    promise.catch(() => {})
    this.#pool = promise
    try {
      await end()
      await before.destroy()
      this.#server = this.#start()
      resolve(await poolOf(this.#server))
    } catch (error) {
      reject(error)
      throw error
    }
  }
}

export class InDoubt extends Error {}

async function poolOf(server: ServerProcess): Promise<Pool> {
  const pool = new Pool(new URL(await server.ready).origin, { connections: 64, pipelining: 1 })
  return pool
}
