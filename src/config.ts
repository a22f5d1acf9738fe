// How a server is told what to do: flags first, then the environment, then the defaults.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allowedHost } from './webhooks/targets.ts'

export interface Config {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where journal, archive and lock live. */
  readonly data: string
  /** The folder of the journal's second copy; undefined: there is none. */
  readonly mirror: string | undefined
  readonly engine: 'file' | 'memory'
  /** Start even if the system's clock is behind the last record. */
  readonly acceptClock: boolean
  /** The only hosts, each `host` or `host:port`, that webhooks may go to; without it, whatever is public, over TLS. */
  readonly webhookHosts?: readonly string[]
  /** Requests a second that one address, and one token's principal, may send; 0: any number. */
  readonly ratePerAddress?: number
  readonly ratePerToken?: number
  /** The files of certificate and key, PEM; undefined: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Make a missing copy of the journal anew from the other one. */
  readonly rebuildMirror: boolean
}

export const help = `Surety, the ledger server that isn't allowed to fail.

  npm start -- [flags]            each flag also as an environment variable; flags first

  --port 8080          SURETY_PORT     the port to listen on; 0 takes a free one
  --host 127.0.0.1     SURETY_HOST     the address to listen on; others than this machine's own only with
                                       an admin token, and with TLS or --insecure-http
  --data ./data        SURETY_DATA     the folder of the ledger
  --mirror DIR|off     SURETY_MIRROR   the folder of the journal's second copy (default: DATA/mirror),
                                       best on another disk; off: one copy only
  --engine file        SURETY_ENGINE   file (durable) or memory (gone at exit, for trying things out)
  --webhook-hosts A,B  SURETY_WEBHOOK_HOSTS
                                       the only hosts (host or host:port) that webhooks may go to, http too;
                                       default: any host with public addresses, https only
  --rate-per-address N SURETY_RATE_PER_ADDRESS
                                       requests a second that one address may send; 0: any number (default)
  --rate-per-token N   SURETY_RATE_PER_TOKEN
                                       the same of one principal, whatever token it uses
  --tls-cert FILE      SURETY_TLS_CERT the certificate, with its chain, to serve HTTPS with (PEM)
  --tls-key FILE       SURETY_TLS_KEY  its key (PEM)
  --insecure-http                      plain HTTP to other machines, where something in front does TLS
  --accept-clock                       start although the system's clock is behind the ledger's last record
  --rebuild-mirror                     make a missing copy of the journal anew from the other one
  --help  --version

When it is ready it prints one line with its URL to standard output; logs go to standard error.
  npm start -- verify --help     how to check a ledger that does not run
  npm start -- token --help      how to make the first token
Exit codes: 0 after a drain (SIGTERM, SIGINT), 1 panic, 2 bad configuration, 3 damaged journal.
`

/** What was asked for can't be done; the message says what to write instead. */
export class BadConfiguration extends Error {
  override readonly name = 'BadConfiguration'
}

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  mirror: { type: 'string' },
  engine: { type: 'string' },
  'webhook-hosts': { type: 'string' },
  'rate-per-address': { type: 'string' },
  'rate-per-token': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'insecure-http': { type: 'boolean', default: false },
  'accept-clock': { type: 'boolean', default: false },
  'rebuild-mirror': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const

type Environment = Readonly<Record<string, string | undefined>>

/** Throws BadConfiguration. */
export function readConfig(flags: readonly string[], environment: Environment): Config | 'help' | 'version' {
  const values = parse(flags)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const data = values.data ?? environment.SURETY_DATA ?? './data'
  const hosts = values['webhook-hosts'] ?? environment.SURETY_WEBHOOK_HOSTS
  const perAddress = values['rate-per-address'] ?? environment.SURETY_RATE_PER_ADDRESS
  const perToken = values['rate-per-token'] ?? environment.SURETY_RATE_PER_TOKEN
  const tls = tlsFiles(
    values['tls-cert'] ?? environment.SURETY_TLS_CERT,
    values['tls-key'] ?? environment.SURETY_TLS_KEY,
  )
  const mirror = values.mirror ?? environment.SURETY_MIRROR ?? join(data, 'mirror')
  return {
    host: reachable(
      values.host ?? environment.SURETY_HOST ?? '127.0.0.1',
      values['insecure-http'] || tls !== undefined,
    ),
    port: portNumber(values.port ?? environment.SURETY_PORT ?? '8080'),
    data: folder('--data', data),
    mirror: mirror === 'off' ? undefined : folder('--mirror', mirror),
    engine: engine(values.engine ?? environment.SURETY_ENGINE ?? 'file'),
    acceptClock: values['accept-clock'],
    rebuildMirror: values['rebuild-mirror'],
    ...(tls !== undefined && { tls }),
    ...(hosts !== undefined && { webhookHosts: hostList(hosts) }),
    ...(perAddress !== undefined && { ratePerAddress: rate('--rate-per-address', perAddress) }),
    ...(perToken !== undefined && { ratePerToken: rate('--rate-per-token', perToken) }),
  }
}

function parse(flags: readonly string[]) {
  try {
    return parseArgs({ args: [...flags], options, strict: true }).values
  } catch (error) {
    throw new BadConfiguration(`${(error as Error).message.split('. ')[0]}; --help lists the flags`)
  }
}

function portNumber(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new BadConfiguration(`--port must be a whole number from 0 to 65535, not '${text}'`)
  return port
}

/** Only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return /^127(\.[0-9]{1,3}){3}$/.test(host) || host === '::1' || host === 'localhost'
}

/** Whoever listens on the way of a token has it. That there is one the server sees when it starts. */
function reachable(host: string, safely: boolean): string {
  if (isLoopback(host) || safely) return host
  throw new BadConfiguration(
    `--host ${host} would send tokens in clear text; give --tls-cert and --tls-key, or --insecure-http where something in ` +
      'front does TLS, or listen on 127.0.0.1',
  )
}

function tlsFiles(cert: string | undefined, key: string | undefined): Config['tls'] {
  if (cert === undefined && key === undefined) return undefined
  if (!cert || !key) throw new BadConfiguration('--tls-cert and --tls-key must both name a file')
  return { cert, key }
}

function folder(flag: string, path: string): string {
  if (path === '') throw new BadConfiguration(`${flag} must name a folder`)
  return path
}

function hostList(text: string): readonly string[] {
  const hosts = text.split(',').map((host) => host.trim())
  const wrong = hosts.find((host) => allowedHost(host) === undefined)
  if (wrong === undefined) return hosts
  throw new BadConfiguration(`--webhook-hosts must be hosts, such as 'a.example,127.0.0.1:9000'; '${wrong}' is none`)
}

function rate(flag: string, text: string): number {
  if (/^[0-9]{1,7}$/.test(text)) return Number(text)
  throw new BadConfiguration(`${flag} must be a whole number of requests a second, not '${text}'`)
}

function engine(name: string): Config['engine'] {
  if (name === 'file' || name === 'memory') return name
  throw new BadConfiguration(`--engine must be file or memory, not '${name}'`)
}
