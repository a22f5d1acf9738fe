// The form of POST /v1/transfers: what is refused, and with which code where several apply.

import { expect } from 'chai'
import { isProblem } from '../../../src/public-api/answer/problem.ts'
import { parseTransfer } from '../../../src/public-api/request/parse-transfer.ts'

const long = (count: number) => 'x'.repeat(count)
const members = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, ''])))
const withMetadata = (metadata: string) => `{"from":"a","to":"b","amount":"1","metadata":${metadata}}`
const withReference = (reference: string) => `{"from":"a","to":"b","amount":"1","reference":${reference}}`
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
  ['a member nobody knows', '{"from":"a","to":"b","amount":"1","pending":true}', ['unknown_field /pending']],
  ['a member named __proto__', '{"from":"a","to":"b","amount":"1","__proto__":{}}', ['unknown_field /__proto__']],
  ['a member named a/b~c', '{"from":"a","to":"b","amount":"1","a/b~c":1}', ['unknown_field /a~1b~0c']],
  ['no postings', '{"postings":[]}', ['invalid_json /postings']],
  [
    'two postings',
    '{"postings":[{"from":"a","to":"b","amount":"1"},{"from":"b","to":"c","amount":"1"}]}',
    ['invalid_json /postings'],
  ],
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
    const parsed = parseTransfer(`{"from":"a","to":"b","amount":"1",${members(5_000).slice(1)}`)
    expect(isProblem(parsed) && parsed.errors?.length).to.equal(20)
  })

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
