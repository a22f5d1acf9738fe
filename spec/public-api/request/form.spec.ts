// The form of POST /v1/transfers: what is refused, and with which code where several apply.

import { expect } from 'chai'
import { isProblem } from '../../../src/public-api/answer/problem.ts'
import { parseTransfer } from '../../../src/public-api/request/parse-transfer.ts'

const long = (count: number) => 'x'.repeat(count)
const members = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, ''])))
const withMetadata = (metadata: string) => `{"from":"a","to":"b","amount":"1","metadata":${metadata}}`
const withReference = (reference: string) => `{"from":"a","to":"b","amount":"1","reference":${reference}}`
const withMember = (member: string) => `{"from":"a","to":"b","amount":"1",${member}}`
const withGuard = (guard: string) => withMember(`"guard":${guard}`)
const withTime = (time: string) => withMember(`"effective_at":"${time}"`)
const posting = '{"from":"a","to":"b","amount":"1"}'
const from = (id: string) => `{"from":${id},"to":"b","amount":"1"}`

//  body                                              faults, the first of them being the problem's code
const rows: readonly (readonly [string, string, readonly string[]])[] = [
  ['nothing', '', ['invalid_json']],
  ['half an object', '{"from":', ['invalid_json']],
  ['a string', '"17"', ['invalid_json ']],
  ['null', 'null', ['invalid_json ']],
  ['a list', '[]', ['invalid_json ']],
  ['an empty object', '{}', ['missing_field /from', 'missing_field /to', 'missing_field /amount']],
  ['no sender', '{"to":"b","amount":"1"}', ['missing_field /from']],
  ['an empty sender', from('""'), ['invalid_id /from']],
  ['a number as sender', from('1'), ['invalid_id /from']],
  ['no name as sender', from('null'), ['invalid_id /from']],
  ['a dot as sender', from('"."'), ['invalid_id /from']],
  ['two dots as sender', from('".."'), ['invalid_id /from']],
  ['a slash in the sender', from('"a/b"'), ['invalid_id /from']],
  ['a line break after the sender', from('"a\\n"'), ['invalid_id /from']],
  ['a sender of 129 characters', from(`"${long(129)}"`), ['invalid_id /from']],
  ['an id of the server', '{"from":"a","to":"b","amount":"1","id":"tr_1"}', ['invalid_id /id']],
  ['an asset in small letters', '{"from":"a","to":"b","amount":"1","asset":"usd"}', ['invalid_id /asset']],
  ['a reference of 129 characters', withReference(`"${long(129)}"`), ['invalid_json /reference']],
  ['half a surrogate pair', withReference('"\\ud83d"'), ['invalid_json /reference']],
  ['a number in metadata', withMetadata('{"k":1}'), ['invalid_json /metadata']],
  ['an amount in metadata', withMetadata('{"amount":1.5}'), ['invalid_json /metadata']],
  ['a list as metadata', withMetadata('["a"]'), ['invalid_json /metadata']],
  ['17 members of metadata', withMetadata(members(17)), ['invalid_json /metadata']],
  ['a key of 65 characters', withMetadata(`{"${long(65)}":""}`), ['invalid_json /metadata']],
  ['a value of 513 characters', withMetadata(`{"k":"${long(513)}"}`), ['invalid_json /metadata']],
  ['a member nobody knows', '{"from":"a","to":"b","amount":"1","hold":true}', ['unknown_field /hold']],
  ['a member named __proto__', '{"from":"a","to":"b","amount":"1","__proto__":{}}', ['unknown_field /__proto__']],
  ['a member named a/b~c', '{"from":"a","to":"b","amount":"1","a/b~c":1}', ['unknown_field /a~1b~0c']],
  ['no postings', '{"postings":[]}', ['invalid_json /postings']],
  ['101 postings', `{"postings":[${Array(101).fill(posting)}]}`, ['invalid_json /postings']],
  ['postings that are no list', '{"postings":{}}', ['invalid_json /postings']],
  [
    'two faulty postings',
    '{"postings":[{"from":"a","amount":"1"},{"from":"a","to":"b","amount":1.5}]}',
    ['invalid_amount /postings/1/amount', 'missing_field /postings/0/to'],
  ],
  ['a pending that is a word', withMember('"pending":"yes"'), ['invalid_json /pending']],
  ['an expiry without pending', withMember('"expires_in":60'), ['missing_field /pending']],
  ['an expiry of what is not pending', withMember('"expires_in":60,"pending":false'), ['missing_field /pending']],
  ['an expiry at once', withMember('"pending":true,"expires_in":0'), ['invalid_json /expires_in']],
  ['an expiry after a year', withMember('"pending":true,"expires_in":31536001'), ['invalid_json /expires_in']],
  ['an expiry in half seconds', withMember('"pending":true,"expires_in":1.5'), ['invalid_json /expires_in']],
  ['an expiry in a string', withMember('"pending":true,"expires_in":"60"'), ['invalid_json /expires_in']],
  ['a guard that is a list', withGuard('[]'), ['invalid_json /guard']],
  ['a guard of null', withGuard('null'), ['invalid_json /guard']],
  ['a guard of 17 accounts', withGuard(members(17).replaceAll('""', '{}')), ['invalid_json /guard']],
  ['a guard of no account', withGuard('{"a/b":{}}'), ['invalid_id /guard/a~1b']],
  ['a guard that wants nothing sensible', withGuard('{"a":1}'), ['invalid_json /guard/a']],
  ['a guard that nobody knows', withGuard('{"a":{"posted":"1"}}'), ['unknown_field /guard/a/posted']],
  ['a guard with half an amount', withGuard('{"a":{"posted_gte":0.5}}'), ['invalid_amount /guard/a/posted_gte']],
  ['a guard with 17.0', withGuard('{"a":{"posted_lte":17.0}}'), ['invalid_amount /guard/a/posted_lte']],
  ['a guard with 1e3', withGuard('{"a":{"available_lte":1e3}}'), ['invalid_amount /guard/a/available_lte']],
  ['a guard with -0', withGuard('{"a":{"available_gte":-0}}'), ['invalid_amount /guard/a/available_gte']],
  ['a guard with "-0"', withGuard('{"a":{"available_gte":"-0"}}'), ['invalid_amount /guard/a/available_gte']],
  [
    'a guard with too large an amount',
    withGuard(`{"a":{"posted_gte":"-${2n ** 127n}"}}`),
    ['invalid_amount /guard/a/posted_gte'],
  ],
  ['a guard with a negative version', withGuard('{"a":{"version":-1}}'), ['invalid_json /guard/a/version']],
  [
    'a guard with faults of two accounts',
    withGuard('{"a":{"version":"1"},"b":{"x":1,"posted_gte":"a"}}'),
    ['invalid_json /guard/a/version', 'invalid_amount /guard/b/posted_gte', 'unknown_field /guard/b/x'],
  ],
  ['a guard of __proto__', withGuard('{"__proto__":{"x":1}}'), ['unknown_field /guard/__proto__/x']],
  ['a day as a time', withTime('2024-01-01'), ['invalid_json /effective_at']],
  ['a time without zone', withTime('2024-01-01T00:00:00'), ['invalid_json /effective_at']],
  ['a time without seconds', withTime('2024-01-01T00:00Z'), ['invalid_json /effective_at']],
  ['the 30th of February', withTime('2024-02-30T00:00:00Z'), ['invalid_json /effective_at']],
  ['25 hours', withTime('2024-02-03T25:00:00Z'), ['invalid_json /effective_at']],
  ['a time with a line break', withTime('2024-02-03T05:00:00Z\\n'), ['invalid_json /effective_at']],
  [
    'a posting beside the postings',
    '{"postings":[{"from":"a","to":"b","amount":"1"}],"from":"a"}',
    ['unknown_field /from'],
  ],
  [
    'everything at once',
    '{"from":"","amount":0,"reference":1,"x":1}',
    ['invalid_json /reference', 'invalid_amount /amount', 'invalid_id /from', 'missing_field /to', 'unknown_field /x'],
  ],
]

describe('The form of a transfer', () => {
  for (const [name, body, faults] of rows) {
    it(`${name} is ${faults.join(', ')}`, () => {
      const parsed = parseTransfer(body)
      if (!isProblem(parsed)) throw new Error('it was taken')
      const told = (parsed.errors ?? []).map(({ code, pointer }) => `${code} ${pointer}`)
      expect(told.length > 0 ? told : [parsed.code]).to.deep.equal(faults)
      expect(parsed.code).to.equal(faults[0]?.split(' ')[0])
      expect(parsed.detail).to.match(/\.$/)
    })
  }

  it('names no more than twenty faults', () => {
    const parsed = parseTransfer(`{"from":"a","to":"b","amount":"1",${members(200).slice(1)}`)
    expect(isProblem(parsed) && parsed.errors?.length).to.equal(20)
  })

  const one = [{ from: 'a', to: 'b', amount: 1n, asset: 'UNIT' }]

  //  what is taken, to the last character
  const taken: readonly (readonly [string, string, object])[] = [
    [
      'the least',
      '{"from":"a","to":"b","amount":"1"}',
      { postings: [{ from: 'a', to: 'b', amount: 1n, asset: 'UNIT' }] },
    ],
    [
      'a list of one posting',
      '{"postings":[{"from":"a","to":"b","amount":2}]}',
      { postings: [{ from: 'a', to: 'b', amount: 2n, asset: 'UNIT' }] },
    ],
    [
      'a hundred postings of several assets',
      `{"postings":[{"from":"a","to":"b","amount":1,"asset":"EUR"}${`,${posting}`.repeat(99)}],"asset":"X"}`,
      {
        postings: [
          { from: 'a', to: 'b', amount: 1n, asset: 'EUR' },
          ...Array(99).fill({ from: 'a', to: 'b', amount: 1n, asset: 'X' }),
        ],
      },
    ],
    ['a hold', withMember('"pending":true'), { postings: one, pending: {} }],
    [
      'a hold of a year',
      withMember('"pending":true,"expires_in":31536000'),
      { postings: one, pending: { expiresIn: 31_536_000 } },
    ],
    ['a transfer that is not pending', withMember('"pending":false'), { postings: one }],
    [
      'a time',
      withTime('2024-02-29T23:59:59.123456789+05:30'),
      { postings: one, effectiveAt: '2024-02-29T23:59:59.123456789+05:30' },
    ],
    [
      'a guard of everything',
      withGuard('{"b":{"available_gte":"-17","available_lte":0,"posted_gte":"0","posted_lte":-1,"version":0},"a":{}}'),
      {
        postings: one,
        guard: [
          ['b', { available_gte: -17n, available_lte: 0n, posted_gte: 0n, posted_lte: -1n, version: 0 }],
          ['a', {}],
        ],
      },
    ],
    [
      'a guard of 16 accounts named as what objects have',
      withGuard(`{"__proto__":{"version":1},${members(15).replaceAll('""', '{}').slice(1)}`),
      {
        postings: one,
        guard: [['__proto__', { version: 1 }], ...Array.from({ length: 15 }, (_, n) => [`k${n}`, {}])],
      },
    ],
    [
      'an asset beside the postings',
      '{"postings":[{"from":"a","to":"b","amount":2}],"asset":"USD/2"}',
      { postings: [{ from: 'a', to: 'b', amount: 2n, asset: 'USD/2' }] },
    ],
    [
      'an asset in the posting, first',
      '{"postings":[{"from":"a","to":"b","amount":2,"asset":"EUR"}],"asset":"USD/2"}',
      { postings: [{ from: 'a', to: 'b', amount: 2n, asset: 'EUR' }] },
    ],
    [
      'names that objects have already',
      '{"from":"__proto__","to":"constructor","amount":"1"}',
      { postings: [{ from: '__proto__', to: 'constructor', amount: 1n, asset: 'UNIT' }] },
    ],
    [
      'names of 128 characters',
      `{"from":"${long(128)}","to":"1","amount":"1"}`,
      { postings: [{ from: long(128), to: '1', amount: 1n, asset: 'UNIT' }] },
    ],
    [
      'a reference of 128 characters outside the first plane',
      `{"from":"a","to":"b","amount":"1","reference":"${'𝄞'.repeat(128)}"}`,
      { postings: [{ from: 'a', to: 'b', amount: 1n, asset: 'UNIT' }], reference: '𝄞'.repeat(128) },
    ],
  ]
  for (const [name, body, command] of taken) {
    it(`takes ${name}`, () => {
      const parsed = parseTransfer(body)
      if (isProblem(parsed)) throw new Error(`it was refused: ${JSON.stringify(parsed)}`)
      expect(parsed.command).to.deep.equal(command)
    })
  }

  it('loses no member of metadata and pollutes nothing', () => {
    const parsed = parseTransfer(withMetadata('{"__proto__":"p","constructor":"c","1":"one"}'))
    if (isProblem(parsed)) throw new Error('it was refused')
    expect(JSON.stringify(parsed.command.metadata)).to.equal('{"1":"one","__proto__":"p","constructor":"c"}')
    expect(({} as Record<string, unknown>).p).to.equal(undefined)
  })
})
