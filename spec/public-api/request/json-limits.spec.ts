// How deep and how wide JSON may be: to the last level, member and element, whatever stands in its strings.

import { expect } from 'chai'
import { isWithinLimits } from '../../../src/public-api/request/json-limits.ts'
import { parseJson } from '../../../src/public-api/request/parse-json.ts'
import { parseTransfer } from '../../../src/public-api/request/parse-transfer.ts'

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const members = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":0`).join()}}`
const elements = (count: number) => `[${Array(count).fill(0).join()}]`
const padding = 'x'.repeat(200)
const text = (content: string) => `{"a":"${padding}${content}"}`

// biome-ignore format: a table
const rows: readonly (readonly [string, string, boolean])[] = [
  ['64 lists in each other',                    lists(64),                                    true],
  ['65 lists in each other',                    lists(65),                                    false],
  ['64 objects in each other',                  objects(64),                                  true],
  ['65 objects in each other',                  objects(65),                                  false],
  ['65 lists, one after the other',             `[${Array(65).fill('[]').join()}]`,           true],
  ['a list at the end of the deepest',          `[${lists(63)},${lists(64)}]`,                false],
  ['256 members',                               members(256),                                 true],
  ['257 members',                               members(257),                                 false],
  ['257 members, deep inside',                  `[[[{"a":${members(257)}}]]]`,                false],
  ['members after a wide list',                 `{"a":${elements(300)},"b":${members(200)}}`, true],
  ['two objects of 200 members',                `[${members(200)},${members(200)}]`,          true],
  ['members around an object with many',        `{"a":${members(200)},${members(256).slice(1)}`, false],
  ['16,384 elements',                           elements(16_384),                             true],
  ['16,385 elements',                           elements(16_385),                             false],
  ['brackets in a string',                      text('['.repeat(100)),                        true],
  ['commas in a string',                        text(','.repeat(300)),                        true],
  ['a quote in a string, then brackets',        text(`\\"${'['.repeat(100)}`),                true],
  ['backslashes before the end of a string',    `[${JSON.stringify(`${padding}\\\\`)},${lists(64)}]`, false],
  ['a backslash and a quote in a string',       `[${JSON.stringify(`${padding}\\"[`)},${lists(63)}]`, true],
]

describe('JSON', () => {
  for (const [what, body, isWithin] of rows) {
    it(`${isWithin ? 'may' : 'may not'} hold ${what}`, () => {
      expect(isWithinLimits(JSON.parse(body))).to.equal(isWithin)
      expect(parseJson(body) !== undefined).to.equal(isWithin)
    })
  }

  it('that is none is judged without harm', () => {
    for (const body of [
      '"',
      `${padding}"`,
      `${'"\\'.repeat(100)}`,
      ']'.repeat(200),
      ','.repeat(200),
      `[${','.repeat(200)}`,
    ])
      expect(parseJson(body)).to.equal(undefined)
  })

  it('past the limits is told to be that', () => {
    expect(parseTransfer(lists(65)))
      .to.include({ code: 'invalid_json' })
      .and.property('detail')
      .match(/64 levels/)
  })
})
