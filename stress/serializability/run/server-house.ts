// A server that may be killed at any time and comes back on the same data, and connections to it, one a worker.

import type { Answer } from '../../checks/answers.ts'
import { type ServerProcess, startServer } from '../../harness/server-process.ts'
import { Wire } from './wire.ts'

/** The server was killed before it answered. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost'
}

/** What is asked here is not how fast it ends. */
const stopWithin_ms = 120_000

interface House {
  readonly server: ServerProcess
  readonly wires: readonly Wire[]
}

export class ServerHouse {
  readonly #open: () => Promise<House>
  #house: Promise<House>
  kills = 0

  constructor(launcher: string, flags: readonly string[], connections: number) {
    this.#open = async () => {
      const server = startServer(launcher, flags)
      const url = await server.ready
      return { server, wires: Array.from({ length: connections }, () => new Wire(url)) }
    }
    this.#house = this.#open()
  }

  /** Waits while the server starts. Throws AnswerLost when a kill took the answer. */
  async send(connection: number, ...request: Parameters<Wire['send']>): Promise<Answer> {
    const house = this.#house
    const { wires } = await house
    try {
      return await (wires[connection] as Wire).send(...request)
    } catch (error) {
      if (house === this.#house) throw error // without a kill a lost answer is a failure of the server
      throw new AnswerLost()
    }
  }

  /** SIGKILL, and a new start on what is left. */
  async killAndStart(): Promise<void> {
    const before = await this.#house
    this.kills++
    this.#house = before.server
      .kill()
      .then(() => {
        for (const wire of before.wires) wire.destroy()
      })
      .then(this.#open)
    await this.#house
  }

  /** SIGTERM; throws when the server does not end well. */
  async stop(): Promise<void> {
    const { server, wires } = await this.#house
    for (const wire of wires) wire.destroy()
    const { code, signal } = await server.stop(stopWithin_ms)
    if (code !== 0) throw new Error(`the server did not end well: ${signal ?? code}\n${server.log()}`)
  }
}
