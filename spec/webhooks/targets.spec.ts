// A webhook reaches the internet, or the hosts that were allowed by name; never what only this server can reach.

import { expect } from 'chai'
import { publicLookup } from '../../src/webhooks/public-addresses.ts'
import { allowedHost, webhookTargets } from '../../src/webhooks/targets.ts'

/** Addresses as a resolver tells them; each is also tried as a literal in a URL. */
const forbidden = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
] as const

const open = [
  '1.1.1.1',
  '8.8.8.8',
  '99.255.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:800::200e',
  '2001:200::1',
] as const

function urlOf(address: string): string {
  return address.includes(':') ? `https://[${address}]/hook` : `https://${address}/hook`
}

/** What a connection to a name gets that resolves to these addresses. */
function connection(addresses: readonly string[], options: { all: boolean }): unknown {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const lookup = publicLookup((_name, _options, told) => told(null, found))
  let told: unknown
  lookup('name.example', options, (error, address, family) => {
    told = error === null ? (options.all ? address : [address, family]) : error.name
  })
  return told
}

describe('A webhook may go', () => {
  const targets = webhookTargets()

  for (const address of open) {
    it(`to ${address}, by number or by a name that resolves to it`, () => {
      const family = address.includes(':') ? 6 : 4
      expect(targets.refusal(urlOf(address))).to.equal(undefined)
      expect(connection([address], { all: false })).to.deep.equal([address, family])
      expect(connection([address], { all: true })).to.deep.equal([{ address, family }])
    })
  }

  for (const address of forbidden) {
    it(`not to ${address}, by number or by a name that resolves to it, among others too`, () => {
      expect(targets.refusal(urlOf(address))).to.match(/not public/)
      for (const all of [true, false]) {
        expect(connection([address], { all })).to.equal('AddressNotPublic')
        expect(connection(['8.8.8.8', address], { all })).to.equal('AddressNotPublic')
        expect(connection([address, '8.8.8.8'], { all })).to.equal('AddressNotPublic')
      }
    })
  }

  it('not to a name that resolves to nothing, or not at all', () => {
    expect(connection([], { all: true })).to.equal('AddressNotPublic')
    const lookup = publicLookup((_name, _options, told) => told(new Error('ENOTFOUND'), []))
    lookup('name.example', {}, (error) => expect(error?.message).to.equal('ENOTFOUND'))
  })

  it('where its name is resolved for the connection itself', () => {
    expect(targets.lookup).to.be.a('function')
    expect(webhookTargets(['a.example']).lookup).to.equal(undefined)
  })

  // biome-ignore format: a table
  const urls = [
    ['https://example.com/hook?a=b',       undefined],
    ['https://example.com:8443/',          undefined],
    ['HTTPS://EXAMPLE.COM',                undefined],
    ['http://example.com/',                /https/],
    ['ftp://example.com/',                 /https/],
    ['file:///etc/passwd',                 /https/],
    ['example.com',                        /URL/],
    ['',                                   /URL/],
    ['https://',                           /URL/],
    [`https://example.com/${'a'.repeat(2_048)}`, /URL/],
    ['https://user@example.com/',          /credentials/],
    ['https://:word@example.com/',         /credentials/],
    ['https://example.com/#part',          /fragment/],
    ['https://localhost/',                 /this very machine/],
    ['https://a.LOCALHOST./',              /this very machine/],
    ['https://2130706433/',                /not public/],
    ['https://0x7f.1/',                    /not public/],
    ['https://0177.0.0.1/',                /not public/],
    ['https://127.1/',                     /not public/],
    ['https://127.0.0.1./',                /not public/],
    ['https://１２７.0.0.1/',              /not public/],
    ['https://[::ffff:7f00:1]/',           /not public/],
  ] as const
  for (const [url, refusal] of urls) {
    it(`${refusal === undefined ? '' : 'not '}to ${url.slice(0, 60)}`, () => {
      if (refusal === undefined) expect(targets.refusal(url)).to.equal(undefined)
      else expect(targets.refusal(url)).to.match(refusal)
    })
  }
})

describe('With a list of hosts a webhook may go', () => {
  const targets = webhookTargets(['a.example', '127.0.0.1:9000', '[::1]', 'B.example:443', 'c.example:80'])

  // biome-ignore format: a table
  const urls = [
    ['https://a.example/',         true],
    ['http://a.example:81/hook',   true],
    ['http://A.EXAMPLE/',          true],
    ['http://127.0.0.1:9000/',     true],
    ['http://0x7f.1:9000/',        true],
    ['http://[::1]:5/',            true],
    ['http://[0:0::1]/',           true],
    ['https://b.example/',         true],
    ['http://c.example/',          true],
    ['https://c.example/',         false],
    ['http://b.example/',          false],
    ['http://127.0.0.1/',          false],
    ['http://127.0.0.1:9001/',     false],
    ['https://b.a.example/',       false],
    ['https://a.example.evil/',    false],
    ['https://8.8.8.8/',           false],
    ['http://a.example@evil/',     false],
    ['ftp://a.example/',           false],
  ] as const
  for (const [url, may] of urls) {
    it(`${may ? '' : 'not '}to ${url}`, () => {
      expect(targets.refusal(url) === undefined).to.equal(may)
    })
  }

  for (const text of [
    '',
    'a b',
    'http://a',
    'a/b',
    'a:',
    'a:x',
    'a:65536',
    'user@a',
    '::1',
    '[::1',
    '[zz]',
    'a?b',
    'a#',
  ]) {
    it(`but '${text}' is no host`, () => {
      expect(allowedHost(text)).to.equal(undefined)
      expect(() => webhookTargets([text])).to.throw(RangeError)
    })
  }
})
