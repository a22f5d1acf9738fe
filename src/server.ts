// One server: the node with its ports, the API in front of it, and the socket. It starts, serves, drains, and can start again.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Node } from '../actors/node.ts'
import type { Archive } from '../actors/state-storage/archive.ts'
import type { Journal } from '../actors/state-storage/journal.ts'
import type { AccountLists } from './archive/accounts/account-lists.ts'
import type { History } from './archive/history/history.ts'
import { idHash } from './archive/id-hash.ts'
import { MemoryArchive } from './archive/memory-archive.ts'
import { SqliteArchive } from './archive/sqlite-archive.ts'
import type { Config } from './config.ts'
import type { Disk } from './journal/disk.ts'
import { FileJournal } from './journal/file-journal.ts'
import { MemoryJournal } from './journal/memory-journal.ts'
import { nodeDisk } from './journal/node-disk.ts'
import { limits } from './limits.ts'
import { ledgerClock } from './operations/clock.ts'
import type { Log } from './operations/log.ts'
import { MemoryOperations } from './operations/memory-operations.ts'
import type { Operations } from './operations/operations.ts'
import { SqliteOperations } from './operations/sqlite-operations.ts'
import { readEvents } from './public-api/events/read-events.ts'
import { listen } from './public-api/listen.ts'
import { createPublicApi } from './public-api/public-api.ts'
import { version } from './version.ts'
import { realPorts } from './webhooks/real-ports.ts'
import { sharedReads } from './webhooks/shared-reads.ts'
import { Webhooks } from './webhooks/webhooks.ts'

/** Milliseconds between two commits of the archive: longer only keeps more facts in memory. */
const archivePause = 25

export interface Server {
  readonly url: string
  /** Answers what came in, writes a clean stop, gives the locks back. */
  drain(): Promise<void>
}

export interface ServerPorts {
  readonly log: Log
  /** Told once if the ledger fails while it serves: the process must end. */
  readonly panic: (error: unknown) => void
  /** The disk under the journal; specs bring one that fails. */
  readonly disk?: Disk
}

/** Rejects with the reason if the ledger can't be opened or the port can't be listened on. */
export async function startServer(config: Config, { log, panic, disk = nodeDisk }: ServerPorts): Promise<Server> {
  const ports = engine(config, disk, log)
  const node = new Node({
    ...ports,
    idHash,
    progress: (seq, of) => log.info({ seq, of }, 'replaying the journal'),
    clock: ledgerClock(config.acceptClock),
    limits,
    // After the poll phase of the event loop: the requests that the sockets have brought by then share a batch.
    gather: (begin) => void setImmediate(begin),
  })
  const recovered = await node.start()
  node.onFailure(panic)
  for (const notice of recovered.notices) log.warn(notice)
  ports.archive.accounts.follow()
  const schedule = (callback: () => void, milliseconds: number) => void setTimeout(callback, milliseconds).unref()
  const { history, accounts } = ports.archive
  const webhooks = webhooksOf(config, node, history, { log, panic })
  await webhooks.start()
  const api = createPublicApi({ ledger: node, history, accounts, webhooks, log, randomBytes, schedule, version })
  const listener = await listen({ api, host: config.host, port: config.port, schedule })
  log.info({ ledger: recovered.ledger, seq: recovered.head.seq, url: listener.url }, 'open')
  return {
    url: listener.url,
    async drain() {
      await listener.drain()
      await webhooks.end()
      await node.drain()
    },
  }
}

type DerivedArchive = Archive & { readonly history: History; readonly accounts: AccountLists }

function webhooksOf(config: Config, node: Node, history: History, { log, panic }: ServerPorts): Webhooks {
  return new Webhooks({
    ...realPorts(config.webhookHosts),
    store: operations(config),
    read: sharedReads((after, limit) => readEvents(history, after, limit)),
    onceCommitted: (seq, told) => history.onceCommitted(seq, told),
    head: () => node.head().seq,
    failed: (webhook, after, error) => log.warn({ webhook, after, error }, 'a delivery failed; it is tried again'),
    panic,
  })
}

function operations({ engine, data }: Config): Operations {
  return engine === 'memory' ? new MemoryOperations() : new SqliteOperations(join(data, 'operations.sqlite'))
}

function engine(config: Config, disk: Disk, log: Log): { journal: Journal; archive: DerivedArchive } {
  if (config.engine === 'memory') return { journal: new MemoryJournal(), archive: new MemoryArchive() }
  const { data, mirror, rebuildMirror } = config
  const report = (notice: string) => log.warn(notice)
  return {
    journal: new FileJournal({ folder: join(data, 'journal'), mirror, disk, rebuildMirror, report }),
    archive: new SqliteArchive(join(data, 'archive'), { gather: () => pause(archivePause) }),
  }
}
