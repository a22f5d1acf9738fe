// Where webhooks may go: by default over TLS to public addresses only; otherwise to a list of hosts and nowhere else.

import { lookup as resolveName } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress, publicLookup, type Resolve } from './public-addresses.ts'

export interface Targets {
  /** Why no webhook may go there; undefined if one may. */
  refusal(url: string): string | undefined
  /** How its name is resolved when a connection is made; undefined: as usual. */
  readonly lookup: LookupFunction | undefined
}

/** A host that was allowed by name; without a port, on every port. */
interface AllowedHost {
  readonly hostname: string
  readonly port: number | undefined
}

const longestUrl = 2_048

/** `hosts` are `host` or `host:port`; undefined: whatever is public. Throws RangeError at what is neither. */
export function webhookTargets(hosts?: readonly string[], resolve: Resolve = resolveName): Targets {
  const allowed = hosts?.map((host) => {
    const parsed = allowedHost(host)
    if (parsed === undefined) throw new RangeError(`'${host}' is no host and no host:port`)
    return parsed
  })
  return {
    refusal: (text) => {
      const url = text.length <= longestUrl ? URL.parse(text) : null
      return url === null ? `is not a URL of at most ${longestUrl} characters` : refusalOf(url, allowed)
    },
    lookup: allowed === undefined ? publicLookup(resolve) : undefined,
  }
}

/** Undefined if `text` is neither `host` nor `host:port`. */
export function allowedHost(text: string): AllowedHost | undefined {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^[\]:/?#@\\\s]+)(?::([0-9]{1,5}))?$/i.exec(text) ?? []
  const hostname = host === undefined ? undefined : URL.parse(`http://${host}`)?.hostname
  if (hostname === undefined || Number(port ?? 1) > 65_535) return undefined
  return { hostname, port: port === undefined ? undefined : Number(port) }
}

function refusalOf(url: URL, allowed: readonly AllowedHost[] | undefined): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://'
  if (url.username !== '' || url.password !== '') return 'must not hold credentials: the signature says who sends'
  if (url.hash !== '') return "must not hold a fragment ('#')"
  return allowed === undefined ? refusalOfPublic(url) : refusalOfListed(url, allowed)
}

function refusalOfListed(url: URL, allowed: readonly AllowedHost[]): string | undefined {
  const port = url.port === '' ? { 'https:': 443, 'http:': 80 }[url.protocol] : Number(url.port)
  const isAllowed = allowed.some((one) => one.hostname === url.hostname && (one.port ?? port) === port)
  return isAllowed ? undefined : `names a host that is not in this server's list (--webhook-hosts)`
}

function refusalOfPublic(url: URL): string | undefined {
  if (url.protocol !== 'https:') return 'must begin with https:// (others only for hosts in --webhook-hosts)'
  // The parser has brought every spelling of an address, such as 0x7f.1, into the one form.
  const address = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0) {
    return isPublicAddress(address) ? undefined : 'names an address that is not public (see --webhook-hosts)'
  }
  if (/(^|\.)localhost\.?$/.test(address)) return 'names this very machine (see --webhook-hosts)'
  return undefined
}
