// A turned bit in the header of the archive's file: some make it one of another format, or one that may only be read.

import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import { inThread } from '../../../stress/attacks/in-thread.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../archive/setup/folders.ts'
import { SampleLedger } from '../../archive/setup/sample-ledger.ts'

/** Versions, sizes and counters stand here; what is before them is told apart by any reader. */
const bytes = { first: 16, end: 48 }

describe('An archive with a turned bit in its header', () => {
  after(removeTemporaryFolders)

  it('goes on as it was, or is begun anew: with any of them it can be written', async () => {
    const intact = temporaryFolder()
    const ledger = new SampleLedger()
    const archive = inThread(intact)
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take([ledger.line(['a>b:7'])])
    await archive.close()
    const good = fs.readFileSync(path.join(intact, 'archive.sqlite'))
    let begunAnew = 0
    for (let bit = bytes.first * 8; bit < bytes.end * 8; bit++) {
      const folder = temporaryFolder()
      fs.cpSync(intact, folder, { recursive: true })
      const damaged = Buffer.from(good)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      fs.writeFileSync(path.join(folder, 'archive.sqlite'), damaged)
      if (await isBegunAnew(folder, ledger)) begunAnew++
    }
    expect(begunAnew).to.be.within(20, 200)
  })
})

/** Opens it, and writes into it. */
async function isBegunAnew(folder: string, ledger: SampleLedger): Promise<boolean> {
  const archive = inThread(folder)
  const { head, notices } = await archive.open()
  await archive.bind(ledger.id)
  expect(notices).to.have.length(head.seq === 0 ? 1 : 0)
  if (head.seq === 0) await archive.take([new SampleLedger().line(['x>y:1'])])
  await archive.close()
  return head.seq === 0
}
