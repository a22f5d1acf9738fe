// The map and the names are saved in the background, now and then.

import { expect } from 'chai'
import { headAt } from '../setup/actors.ts'
import { appendedAt, aStateStorage, aTransaction, writeKeys } from './storage.ts'

describe('StateStorage, after enough transactions,', () => {
  async function untilCheckpoint(checkpointEvery: number, values = {}) {
    const parts = aStateStorage({ checkpointEvery, values, head: headAt(10) })
    for (const [index, seq] of [11, 12].entries()) {
      parts.storage.send(writeKeys([aTransaction(seq, `transfer/${seq}`)], { [`key${seq}`]: '1' }))
      await parts.appends[index]?.settle(appendedAt(seq))
    }
    return parts
  }

  it('seals the names and saves the map, page after page', async () => {
    const { saves } = await untilCheckpoint(2)
    for (let step = 0; step < 4; step++) await saves.calls[step]?.settle()
    const told = saves.calls.map(({ argument }) => argument)
    expect(told[0]).to.deep.include({ through: 12 })
    expect((told[0] as { entries: Uint32Array }).entries).to.have.length(8)
    expect(told[1]).to.equal(12)
    expect(new Map(told[2] as never)).to.deep.equal(
      new Map([
        ['key11', '1'],
        ['key12', '1'],
      ]),
    )
    expect(told).to.have.length(4)
  })

  it('does so once, and again only after as many more', async () => {
    const { storage, appends, saves } = await untilCheckpoint(2)
    for (let step = 0; step < 4; step++) await saves.calls[step]?.settle()
    storage.send(writeKeys([aTransaction(13)]))
    await appends[2]?.settle(appendedAt(13))
    expect(saves.calls).to.have.length(4)
    storage.send(writeKeys([aTransaction(14)]))
    await appends[3]?.settle(appendedAt(14))
    expect(saves.calls).to.have.length(5)
  })

  it('counts each transaction of an atomic batch', async () => {
    const { storage, appends, saves } = await untilCheckpoint(5)
    storage.send(writeKeys([aTransaction(13), aTransaction(13)]))
    await appends[2]?.settle(appendedAt(13))
    expect(saves.calls).to.have.length(0)
    storage.send(writeKeys([aTransaction(14)]))
    await appends[3]?.settle(appendedAt(14))
    expect(saves.calls).to.have.length(1)
  })

  it('does not begin a second while one is under way', async () => {
    const { storage, appends, saves } = await untilCheckpoint(1)
    storage.send(writeKeys([aTransaction(13)]))
    await appends[2]?.settle(appendedAt(13))
    expect(saves.calls).to.have.length(1)
  })

  it('waits longer when the map is large: half as many as it has keys', async () => {
    const values = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`k${index}`, '1']))
    expect((await untilCheckpoint(2, values)).saves.calls).to.have.length(0)
  })
})
