// One server: the node with its ports, the API in front of it, and the socket. It starts, serves, drains, and can start again.

import { randomBytes } from 'node:crypto'
import { type Ledger, Node } from '../actors/node.ts'
import { idHash } from './archive/id-hash.ts'
import { BadConfiguration, type Config, isLoopback } from './config.ts'
import { type Engine, fileEngine, memoryEngine } from './engine.ts'
import { JournalImport } from './import/journal-import.ts'
import { RunningLedger } from './import/running-ledger.ts'
import type { Disk } from './journal/disk.ts'
import { nodeDisk } from './journal/node-disk.ts'
import { admissionLimits, limits } from './limits.ts'
import { ledgerClock } from './operations/clock.ts'
import { type EventLoopDelay, eventLoopDelay } from './operations/event-loop-delay.ts'
import type { Log } from './operations/log.ts'
import type { AdmissionLimits, AdmissionOptions } from './public-api/admission/admission.ts'
import { documentsFromThread } from './public-api/documentation/documents-thread.ts'
import { readEvents } from './public-api/events/read-events.ts'
import type { JournalDoor } from './public-api/journal/journal-door.ts'
import { listen } from './public-api/listen.ts'
import { createPublicApi } from './public-api/public-api.ts'
import { systemClock } from './throttle/throttle.ts'
import { credentialsIn } from './tls.ts'
import { Tokens } from './tokens/tokens.ts'
import { version } from './version.ts'
import { realPorts } from './webhooks/real-ports.ts'
import { sharedReads } from './webhooks/shared-reads.ts'
import { Webhooks } from './webhooks/webhooks.ts'

export interface Server {
  readonly url: string
  /** Answers what came in, writes a clean stop, gives the locks back. */
  drain(): Promise<void>
}

/** Of the connections that a drain has cut, in the log. */
const mostTold = 16

export interface ServerPorts {
  readonly log: Log
  /** Told once if the ledger fails while it serves: the process must end. */
  readonly panic: (error: unknown) => void
  /** The disk under the journal; specs bring one that fails. */
  readonly disk?: Disk
  /** Other limits, or no admission control at all, so that benches can tell what it costs and does. */
  readonly admission?: AdmissionLimits | 'off'
}

/** Rejects with the reason if the ledger can't be opened or the port can't be listened on. */
export async function startServer(config: Config, ports: ServerPorts): Promise<Server> {
  const { log, panic, disk = nodeDisk } = ports
  const tls = config.tls && credentialsIn(config.tls)
  const engine = await (config.engine === 'memory' ? memoryEngine() : fileEngine(config, disk, log))
  try {
    const tokens = await tokensOf(engine, config, panic)
    const { ledger, recovered } = await open(engine, config, log, panic)
    const webhooks = webhooksOf(engine, config, ledger, { log, panic })
    await webhooks.start()
    const schedule = (callback: () => void, milliseconds: number) => void setTimeout(callback, milliseconds).unref()
    const { history, accounts } = engine.archive
    accounts.follow()
    const clock = () => ledgerClock(config.acceptClock)
    const imports = new JournalImport({ ledger, stage: () => engine.stage(), clock, log })
    const journal: JournalDoor = {
      lines: (after, through) => engine.journal().lines(after, through),
      take: (lines, dryRun) => imports.take(lines, dryRun),
    }
    // Not before: what recovery takes of the event loop is over when the first request comes.
    const delay = eventLoopDelay()
    const api = createPublicApi({
      admission: ports.admission === 'off' ? undefined : admissionOf(config, delay, ports.admission),
      ledger,
      history,
      accounts,
      webhooks,
      tokens,
      audit: (act) => log.info(act, 'an act of an admin'),
      journal,
      log,
      randomBytes,
      schedule,
      documents: documentsFromThread(version, schedule),
    })
    const listener = await listen({ api, host: config.host, port: config.port, schedule, ...(tls && { tls }) })
    log.info({ ledger: recovered.ledger, seq: recovered.head.seq, url: listener.url }, 'open')
    return {
      url: listener.url,
      async drain() {
        const cut = await listener.drain()
        if (cut.length > 0) log.warn({ cut: cut.length, some: cut.slice(0, mostTold) }, 'connections were cut')
        delay.stop()
        await tokens.end()
        await webhooks.end()
        await ledger.drain()
        engine.release()
      },
    }
  } catch (error) {
    engine.release()
    throw error
  }
}

function admissionOf(
  { ratePerAddress = 0, ratePerToken = 0 }: Config,
  delay: EventLoopDelay,
  limits = admissionLimits,
): AdmissionOptions {
  return {
    clock: systemClock,
    limits,
    readings: () => ({ eventLoopDelayMs: delay.read(), heapBytes: Number.NaN, cpuShare: Number.NaN }),
    ratePerAddress,
    ratePerPrincipal: ratePerToken,
  }
}

/** Rejects with BadConfiguration where others could reach the port and nobody would ask them for a token. */
async function tokensOf({ operations }: Engine, { host }: Config, panic: ServerPorts['panic']): Promise<Tokens> {
  const tokens = new Tokens({ store: operations, now: Date.now, randomBytes, panic })
  await tokens.start()
  if (isLoopback(host) || tokens.hasAdmin()) return tokens
  await operations.close()
  throw new BadConfiguration(
    `--host ${host} would let others move money without a token; make one with the scope admin first ` +
      '(npm start -- token --help), or listen on 127.0.0.1',
  )
}

async function open(engine: Engine, config: Config, log: Log, panic: ServerPorts['panic']) {
  const makeNode = () =>
    new Node({
      journal: engine.journal(),
      archive: engine.archive,
      idHash,
      progress: (seq, of) => log.info({ seq, of }, 'replaying the journal'),
      clock: ledgerClock(config.acceptClock),
      limits,
      // After the poll phase of the event loop: the requests that the sockets have brought by then share a batch.
      gather: (begin) => void setImmediate(begin),
    })
  const ledger = new RunningLedger({ makeNode, panic })
  const recovered = await ledger.start()
  for (const notice of recovered.notices) log.warn(notice)
  return { ledger, recovered }
}

function webhooksOf(engine: Engine, config: Config, ledger: Ledger, { log, panic }: ServerPorts): Webhooks {
  const { history } = engine.archive
  return new Webhooks({
    ...realPorts(config.webhookHosts),
    store: engine.operations,
    read: sharedReads((after, limit) => readEvents(history, after, limit)),
    onceCommitted: (seq, told) => history.onceCommitted(seq, told),
    head: () => ledger.head().seq,
    failed: (webhook, after, error) => log.warn({ webhook, after, error }, 'a delivery failed; it is tried again'),
    panic,
  })
}
