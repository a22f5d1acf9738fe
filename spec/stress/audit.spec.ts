// The audit sees each way in which a ledger's answers can disagree with the second book.

import { expect } from 'chai'
import type { Holding } from '../../stress/checks/answers.ts'
import { auditBalances, auditReads, auditTransfers, type TransferSeen } from '../../stress/checks/audit.ts'
import { Book } from '../../stress/checks/book.ts'
import { Findings } from '../../stress/checks/findings.ts'

function told(seq: number, alice: bigint, version: number, changes: Partial<TransferSeen> = {}): TransferSeen {
  const holdings = new Map([
    ['alice', { posted: alice, version }],
    ['bob', { posted: -alice, version }],
  ])
  return { from: 'alice', to: 'bob', amount: 10n, seq, holdings, sentAfter: 0, ...changes }
}

function transfersAudited(transfers: readonly TransferSeen[], after: number | undefined): readonly string[] {
  const findings = new Findings()
  auditTransfers(new Book(), transfers, after, findings)
  return findings.told()
}

describe('the audit of transfers', () => {
  it('goes by seq and not by who was answered first', () => {
    expect(transfersAudited([told(2, -20n, 2), told(3, -30n, 3), told(1, -10n, 1)], 0)).to.deep.equal([])
  })

  it('lets seqs of others stand between them when it is not alone', () => {
    expect(transfersAudited([told(12, -10n, 1), told(15, -20n, 2)], undefined)).to.deep.equal([])
  })

  const wrong: readonly (readonly [string, readonly TransferSeen[], number, RegExp])[] = [
    ['a balance', [told(1, -11n, 1)], 0, /transfer 1 told -11 \(version 1\) of alice, the book says -10/],
    ['a version', [told(1, -10n, 2)], 0, /told -10 \(version 2\) of alice/],
    ['a seq given twice', [told(1, -10n, 1), told(1, -20n, 2)], 0, /seq 1 was given to two/],
    ['the first seq again', [told(7, -10n, 1)], 7, /seq 7 was given to two/],
    ['a gap', [told(1, -10n, 1), told(3, -20n, 2)], 0, /seqs 2 to 2 belong to no answered transfer/],
    ['a gap in the beginning', [told(9, -10n, 1)], 7, /seqs 8 to 8 belong/],
    ['a seq from before it was sent', [told(1, -10n, 1, { sentAfter: 1 })], 0, /sent after 1 had been answered/],
  ]
  for (const [name, transfers, after, words] of wrong) {
    it(`finds ${name}`, () => {
      expect(transfersAudited(transfers, after).join('\n')).to.match(words)
    })
  }
})

describe('the audit of reads', () => {
  //    what was read                     sent after  Ledger-Seq  right
  const reads: readonly (readonly [Holding, number, number, boolean])[] = [
    [{ posted: 0n, version: 0 }, 0, 3, true],
    [{ posted: -10n, version: 1 }, 0, 3, true],
    [{ posted: -20n }, 1, 2, true],
    [{ posted: 0n }, 1, 3, false], // older than what had been answered
    [{ posted: -30n }, 0, 2, false], // newer than it says
    [{ posted: -15n }, 0, 3, false],
    [{ posted: -10n, version: 2 }, 0, 3, false],
  ]
  for (const [holding, sentAfter, ledgerSeq, right] of reads) {
    it(`finds a read of ${holding.posted} after ${sentAfter} at ${ledgerSeq} ${right ? 'right' : 'wrong'}`, () => {
      const [book, findings] = [new Book(), new Findings()]
      for (const seq of [1, 2, 3]) book.enter(seq, 'alice', 'bob', 10n)
      auditReads(book, [{ account: 'alice', holding, sentAfter, ledgerSeq }], findings)
      expect(findings.count).to.equal(right ? 0 : 1)
    })
  }
})

describe('the audit of balances', () => {
  const closing: readonly (readonly [bigint, bigint, RegExp])[] = [
    [-10n, 10n, /^$/],
    [-10n, 11n, /bob holds 11.*the book says 10[\s\S]*all balances together are 1, they were 0/],
    [-11n, 11n, /alice holds -11/],
  ]
  for (const [alice, bob, words] of closing) {
    it(`holds ${alice} and ${bob} against the book`, () => {
      const [book, findings] = [new Book(), new Findings()]
      book.enter(1, 'alice', 'bob', 10n)
      const balances = new Map([
        ['alice', { posted: alice, version: 1 }],
        ['bob', { posted: bob, version: 1 }],
      ])
      auditBalances(book, balances, 0n, findings)
      expect(findings.told().join('\n')).to.match(words)
    })
  }
})

describe('findings', () => {
  it('tell the first twenty and count the rest', () => {
    const findings = new Findings()
    for (let number = 1; number <= 23; number++) findings.add(`finding ${number}`)
    expect(findings.count).to.equal(23)
    expect(findings.told()).to.have.length(21)
    expect(findings.told().at(-1)).to.equal('… and 3 more')
  })
})
