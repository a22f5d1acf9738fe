// Operations data in a file of SQLite. Its thread is started when there is something to keep.

import { existsSync } from 'node:fs'
import type { Seq } from '../../actors/state-storage/messages.ts'
import { type Conversation, WorkerClient } from '../archive/worker/worker-client.ts'
import type { KeptToken } from '../tokens/token.ts'
import type { Delivery, KeptDelivery, Webhook } from '../webhooks/webhook.ts'
import { type Operations, OperationsDamaged, OperationsFull } from './operations.ts'
import type { OperationsFile } from './sqlite/operations-file.ts'
import type { Outcome } from './sqlite/outcome.ts'

type StartFile = (file: string) => Conversation<OperationsFile>

/** The ending is that of this file: `.ts` in the repository, `.js` in dist. */
function startWorker(file: string): Conversation<OperationsFile> {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  const entry = new URL(`./sqlite/operations-worker${ending}`, import.meta.url)
  return new WorkerClient(entry, 'the operations data', file)
}

export class SqliteOperations implements Operations {
  readonly #file: string
  readonly #start: StartFile
  #opened: { readonly file: Conversation<OperationsFile>; readonly webhooks: Promise<readonly Webhook[]> } | undefined

  /** The folder of `file` must exist, and be this process's alone. */
  constructor(file: string, start: StartFile = startWorker) {
    this.#file = file
    this.#start = start
  }

  async open(): Promise<readonly Webhook[]> {
    return existsSync(this.#file) ? this.#openFile().webhooks : []
  }

  async saveWebhook(webhook: Webhook): Promise<void> {
    this.#valueOf(await (await this.#ready()).ask('saveWebhook', webhook))
  }

  async deleteWebhook(id: string): Promise<void> {
    this.#valueOf(await (await this.#ready()).ask('deleteWebhook', id))
  }

  async saveProgress(id: string, cursor: Seq, delivery?: Delivery): Promise<void> {
    this.#valueOf(await (await this.#ready()).ask('saveProgress', id, cursor, delivery))
  }

  async deliveries(id: string): Promise<readonly KeptDelivery[]> {
    return this.#valueOf(await (await this.#ready()).ask('deliveries', id))
  }

  async tokens(): Promise<readonly KeptToken[]> {
    return existsSync(this.#file) ? this.#valueOf(await (await this.#ready()).ask('tokens')) : []
  }

  async saveToken(token: KeptToken): Promise<void> {
    this.#valueOf(await (await this.#ready()).ask('saveToken', token))
  }

  async deleteToken(id: string): Promise<void> {
    this.#valueOf(await (await this.#ready()).ask('deleteToken', id))
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.file.ask('close')
    await opened?.file.end()
  }

  async #ready(): Promise<Conversation<OperationsFile>> {
    const { file, webhooks } = this.#openFile()
    await webhooks
    return file
  }

  #openFile() {
    if (this.#opened === undefined) {
      const file = this.#start(this.#file)
      this.#opened = { file, webhooks: file.ask('open').then((outcome) => this.#valueOf(outcome)) }
    }
    return this.#opened
  }

  #valueOf<Value>(outcome: Outcome<Value>): Value {
    if ('full' in outcome) throw new OperationsFull(outcome.full)
    if ('damaged' in outcome) throw new OperationsDamaged(damaged(this.#file, outcome.damaged))
    return outcome.value
  }
}

function damaged(file: string, reason: string): string {
  return (
    `the operations data in ${file} is damaged: ${reason}; bring the file back from a backup, ` +
    'or move it away and set up webhooks and tokens anew'
  )
}
