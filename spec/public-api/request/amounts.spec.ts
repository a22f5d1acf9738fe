// Amounts are judged by how they were written.

import { expect } from 'chai'
import { largestAmount } from '../../../actors/contracts/account.ts'
import { isProblem } from '../../../src/public-api/answer/problem.ts'
import { parseTransfer } from '../../../src/public-api/request/parse-transfer.ts'
import { largestAmountText } from '../../../src/wire/amount.ts'

//  source text                       amount, or undefined: 400 invalid_amount
const rows: readonly (readonly [string, bigint | undefined])[] = [
  ['"1"', 1n],
  ['"17"', 17n],
  ['17', 17n],
  ['1', 1n],
  ['9007199254740991', 9_007_199_254_740_991n],
  ['"9007199254740993"', 9_007_199_254_740_993n],
  [`"${largestAmount}"`, largestAmount],
  [`"${largestAmount - 1n}"`, largestAmount - 1n],
  [`"${largestAmount + 1n}"`, undefined],
  [`"9${largestAmount}"`, undefined],
  ['"99999999999999999999999999999999999999"', 99_999_999_999_999_999_999_999_999_999_999_999_999n],
  ['"199999999999999999999999999999999999999"', undefined],
  ['9007199254740992', undefined],
  ['9007199254740993', undefined],
  ['9007199254740991.4', undefined],
  ['9007199254740990.9999', undefined],
  ['17.0', undefined],
  ['1e3', undefined],
  ['1E3', undefined],
  ['1.7e1', undefined],
  ['170e-1', undefined],
  ['1e400', undefined],
  ['0', undefined],
  ['-0', undefined],
  ['-17', undefined],
  ['"0"', undefined],
  ['"-17"', undefined],
  ['"+17"', undefined],
  ['"007"', undefined],
  ['"17.0"', undefined],
  ['"1e3"', undefined],
  ['"0x11"', undefined],
  ['" 17"', undefined],
  ['"17\\n"', undefined],
  ['""', undefined],
  ['"١٧"', undefined],
  ['true', undefined],
  ['null', undefined],
  ['[17]', undefined],
  ['{"amount":17}', undefined],
]

describe('The amount of a transfer', () => {
  for (const [source, amount] of rows) {
    const expected = amount === undefined ? 'invalid_amount' : amount
    const said = amount === undefined ? 'is refused' : `is ${amount}`
    it(`${source} ${said}`, () => expect(judged(`{"from":"a","to":"b","amount":${source}}`)).to.equal(expected))
    it(`${source} ${said} in a list of postings`, () =>
      expect(judged(`{"postings":[{"from":"a","to":"b","amount":${source}}]}`)).to.equal(expected))
    it(`${source} ${said} beside an id that looks like a number`, () =>
      expect(judged(`{"from":"1.5","to":"2e7","amount":${source}}`)).to.equal(expected))
  }

  it('is the last of several', () => {
    expect(judged('{"from":"a","to":"b","amount":1e3,"amount":5}')).to.equal(5n)
    expect(judged('{"from":"a","to":"b","amount":1000,"amount":1e3}')).to.equal('invalid_amount')
    expect(judged('{"from":"a","to":"b","amount":1e3,"\\u0061mount":7}')).to.equal(7n)
    expect(judged('{"from":"a","to":"b","amount":{"amount":1.0},"amount":7}')).to.equal(7n)
  })

  it('reaches as far as the ledger', () => expect(largestAmountText).to.equal(String(largestAmount)))
})

function judged(text: string): bigint | string {
  const parsed = parseTransfer(text)
  return isProblem(parsed) ? parsed.code : (parsed.command.postings[0]?.amount ?? 'no posting')
}
