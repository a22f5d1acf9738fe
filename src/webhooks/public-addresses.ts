// Which addresses are out in the internet: a webhook must not reach what only this server can reach.

import type { LookupAddress } from 'node:dns'
import { BlockList, isIPv4, type LookupFunction } from 'node:net'

const notPublic = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT; some clouds keep their metadata here
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // a public address that in Azure is the host
  ['169.254.0.0', 16], // link-local, and the metadata of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const) {
  notPublic.addSubnet(network, bits, 'ipv4')
}
for (const [network, bits] of [
  ['2001::', 23], // protocol assignments; Teredo, which holds an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which holds an IPv4 address
  ['3fff::', 20], // documentation
] as const) {
  notPublic.addSubnet(network, bits, 'ipv6')
}

/** All that is given out as global unicast; outside of it are loopback, link-local, unique-local, multicast, and IPv4 in IPv6. */
const unicast = new BlockList()
unicast.addSubnet('2000::', 3, 'ipv6')

/** `address` must be one, without brackets. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4')
  return unicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}

/** A name resolves to an address that is not public. */
export class AddressNotPublic extends Error {
  override readonly name = 'AddressNotPublic'
}

export type Resolve = (
  name: string,
  options: { readonly all: true },
  told: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

/**
 * Resolves a name for a connection, and refuses it unless all its addresses are public. The connection goes to these very
 * addresses: a name that resolves to something else a moment later changes nothing.
 */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (name, options, told) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return told(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return told(new AddressNotPublic(`${name} resolves to an address that is not public`), '')
      }
      if (options.all === true) told(null, [...addresses])
      else told(null, first.address, first.family)
    })
  }
}
