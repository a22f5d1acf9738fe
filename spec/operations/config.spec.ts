// Flags go before the environment, and the environment before the defaults; what can't be meant is refused with advice.

import { expect } from 'chai'
import { BadConfiguration, help, readConfig } from '../../src/config.ts'

describe('The configuration', () => {
  it('has defaults that are safe', () => {
    expect(readConfig([], {})).to.deep.equal({
      host: '127.0.0.1',
      port: 8080,
      data: './data',
      mirror: 'data/mirror',
      engine: 'file',
      acceptClock: false,
      rebuildMirror: false,
    })
  })

  // biome-ignore format: a table
  const rows = [
    // flags                        environment                     member           then
    [['--port', '0'],               {},                             'port',          0],
    [['--port=9000'],               { SURETY_PORT: '9001' },        'port',          9000],
    [[],                            { SURETY_PORT: '9001' },        'port',          9001],
    [[],                            { SURETY_HOST: '::1' },         'host',          '::1'],
    [['--host', 'localhost'],       {},                             'host',          'localhost'],
    [['--host', '127.9.9.9'],       {},                             'host',          '127.9.9.9'],
    [['--data', 'there'],           {},                             'mirror',        'there/mirror'],
    [[],                            { SURETY_DATA: 'there' },       'data',          'there'],
    [['--mirror', 'other'],         { SURETY_MIRROR: 'no' },        'mirror',        'other'],
    [[],                            { SURETY_MIRROR: 'off' },       'mirror',        undefined],
    [['--engine', 'memory'],        {},                             'engine',        'memory'],
    [[],                            { SURETY_ENGINE: 'memory' },    'engine',        'memory'],
    [['--webhook-hosts', 'a.example, [::1]:9000'], {},              'webhookHosts',  ['a.example', '[::1]:9000']],
    [[],                            { SURETY_WEBHOOK_HOSTS: 'a' },  'webhookHosts',  ['a']],
    [['--rate-per-address', '5'],   { SURETY_RATE_PER_ADDRESS: '6' }, 'ratePerAddress', 5],
    [[],                            { SURETY_RATE_PER_ADDRESS: '6' }, 'ratePerAddress', 6],
    [['--rate-per-token', '0'],     {},                             'ratePerToken',  0],
    [[],                            { SURETY_RATE_PER_TOKEN: '7' }, 'ratePerToken',  7],
    [['--tls-cert', 'c', '--tls-key', 'k'], {},                     'tls',           { cert: 'c', key: 'k' }],
    [['--tls-key', 'k'],            { SURETY_TLS_CERT: 'c' },       'tls',           { cert: 'c', key: 'k' }],
    [['--host', '0.0.0.0', '--insecure-http'], {},                  'host',          '0.0.0.0'],
    [['--host', '::', '--tls-cert', 'c', '--tls-key', 'k'], {},     'host',          '::'],
    [['--accept-clock'],            {},                             'acceptClock',   true],
    [['--rebuild-mirror'],          {},                             'rebuildMirror', true],
  ] as const

  for (const [flags, environment, member, then] of rows) {
    it(`reads ${member} ${then} from ${JSON.stringify(flags)} and ${JSON.stringify(environment)}`, () => {
      expect(readConfig(flags, environment)).to.have.deep.property(member, then)
    })
  }

  // biome-ignore format: a table
  const refusals = [
    [['--port', '65536'],           /--port must be a whole number from 0 to 65535, not '65536'/],
    [['--port', '80a'],             /--port must be/],
    [['--port', ''],                /--port must be/],
    [['--host', '0.0.0.0'],         /clear text.*127\.0\.0\.1/],
    [['--host', '127.0.0.1.evil.example'], /clear text/],
    [['--tls-cert', 'c'],           /--tls-cert and --tls-key must both/],
    [['--tls-cert', '', '--tls-key', ''], /--tls-cert and --tls-key must both/],
    [['--data', ''],                /--data must name a folder/],
    [['--mirror', ''],              /--mirror must name a folder/],
    [['--engine', 'postgres://x'],  /--engine must be file or memory/],
    [['--webhook-hosts', 'a,http://b'], /--webhook-hosts must be hosts.*'http:\/\/b' is none/],
    [['--webhook-hosts', ''],       /--webhook-hosts must be hosts/],
    [['--rate-per-address', '-1'],  /--rate-per-address.*argument/],
    [['--rate-per-token', '1.5'],   /--rate-per-token must be a whole number of requests a second, not '1\.5'/],
    [['--prot', '1'],               /--prot.*--help lists the flags/],
    [['stray'],                     /stray.*--help/],
  ] as const

  for (const [flags, message] of refusals) {
    it(`refuses ${JSON.stringify(flags)}`, () => {
      expect(() => readConfig(flags, {})).to.throw(BadConfiguration, message)
    })
  }

  it('gives help and version when asked, and help names every flag', () => {
    expect(readConfig(['--help'], {})).to.equal('help')
    expect(readConfig(['--version'], {})).to.equal('version')
    for (const flag of [
      'port',
      'host',
      'data',
      'mirror',
      'engine',
      'accept-clock',
      'rebuild-mirror',
      'webhook-hosts',
      'tls-cert',
      'tls-key',
      'insecure-http',
    ]) {
      expect(help).to.contain(`--${flag}`)
    }
  })
})
