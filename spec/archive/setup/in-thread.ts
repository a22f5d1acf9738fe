// The SQLite archive without its workers: the same messages, answered in this thread, because workers take long to start.

import { AccountBuilder } from '../../../src/archive/accounts/account-builder.ts'
import { HistoryReader } from '../../../src/archive/history/history-reader.ts'
import { Reader } from '../../../src/archive/sqlite/reader.ts'
import { Writer } from '../../../src/archive/sqlite/writer.ts'
import { SqliteArchive, type Workers } from '../../../src/archive/sqlite-archive.ts'
import type { Conversation, Methods } from '../../../src/archive/worker/worker-client.ts'

export function inThread(folder: string, gather?: () => Promise<void>): SqliteArchive {
  const start = (place: string): Workers => ({
    writer: new InThread(new Writer(place)),
    reader: new InThread(new Reader(place)),
    startHistorian: () => new InThread(new HistoryReader(place)),
    startAccounts: () => new InThread(new AccountBuilder(place)),
  })
  return new SqliteArchive(folder, { start, gather })
}

export class InThread<Service> implements Conversation<Service> {
  readonly #service: Service

  constructor(service: Service) {
    this.#service = service
  }

  async ask<Name extends string & keyof Service>(
    name: Name,
    ...values: Parameters<Methods<Service>[Name]>
  ): Promise<ReturnType<Methods<Service>[Name]>> {
    const method = this.#service[name] as (...values: unknown[]) => unknown
    const value = method.apply(this.#service, structuredClone(values) as unknown[])
    return structuredClone(value) as ReturnType<Methods<Service>[Name]>
  }

  async end(): Promise<void> {}
}
