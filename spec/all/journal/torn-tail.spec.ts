// All that a torn record may look like, after every byte.

import {
  expectCutAfterAnyByte,
  expectKeptByTheOther,
  main,
  other,
  type Remains,
} from '../../journal/recovery/torn-tails.ts'

describe('A longer journal cut after any byte', () => {
  for (const how of ['ends there', 'is blank from there', 'is zero from there'] satisfies Remains[]) {
    it(`keeps every whole record if both copies end there and each ${how}`, () => expectCutAfterAnyByte([1, 2, 1], how))
    for (const path of [main, other]) {
      it(`keeps all if only ${path} ${how}`, () => expectKeptByTheOther([1, 2, 1], how, path))
    }
  }
})
