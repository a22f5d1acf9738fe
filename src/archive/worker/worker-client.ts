// A worker that is asked and answers. When it dies, everything that waits for it is told, and everything later.

import { Worker } from 'node:worker_threads'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Answer, Question } from './service.ts'

/** Asks a service that is elsewhere, by the names of its methods. */
export interface Conversation<Service> {
  /** Rejects with ArchiveDamaged if the service says so, and with another Error if it refuses, or has failed. */
  ask<Name extends string & keyof Service>(
    name: Name,
    ...values: Parameters<Methods<Service>[Name]>
  ): Promise<ReturnType<Methods<Service>[Name]>>
  end(): Promise<void>
}

type Method = (...values: never[]) => unknown
export type Methods<Service> = { [Name in keyof Service]: Service[Name] extends Method ? Service[Name] : never }

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Questions that may wait for an answer: far more than batches and requests in flight, far less than memory. */
const mostWaiting = 65_536

export class WorkerClient<Service> implements Conversation<Service> {
  readonly #worker: Worker
  readonly #label: string
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #failure: Error | undefined

  constructor(entry: URL, label: string, workerData: unknown) {
    this.#label = label
    this.#worker = new Worker(entry, { workerData })
    this.#worker.on('message', (answer: Answer) => this.#answered(answer))
    this.#worker.on('messageerror', (error) => this.#fail(error.message))
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', () => this.#fail('it has ended'))
  }

  ask<Name extends string & keyof Service>(
    name: Name,
    ...values: Parameters<Methods<Service>[Name]>
  ): Promise<ReturnType<Methods<Service>[Name]>> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      if (this.#waiting.size >= mostWaiting) return reject(new Error(`${this.#label} is asked too much at once`))
      const question: Question = { id: this.#asked++, name, values }
      this.#waiting.set(question.id, { resolve, reject })
      this.#worker.postMessage(question)
    }) as Promise<ReturnType<Methods<Service>[Name]>>
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('damaged' in answer) waiting?.reject(new ArchiveDamaged(answer.damaged))
    else if ('refused' in answer) waiting?.reject(new Error(answer.refused))
    else waiting?.resolve(answer.value)
  }

  #fail(reason: string): void {
    this.#failure ??= new Error(`${this.#label} has failed: ${reason}`)
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
  }
}
