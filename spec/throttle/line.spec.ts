// Those who wait: keys take turns, and a key that has nobody waiting any more has none.

import { expect } from 'chai'
import { type Lease, Semaphore } from '../../src/throttle/throttle.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

/** One place; whoever is served is noted, and goes when told. */
function onePlace() {
  const semaphore = new Semaphore({ clock: new VirtualClock(), capacity: 1, places: 9 })
  const served: string[] = []
  const leases: Lease[] = []
  return {
    served,
    async comes(name: string, key?: string) {
      void semaphore.acquire(key === undefined ? {} : { key }).then((admission) => {
        served.push(name)
        if (admission.admitted) leases.push(admission)
      })
      await settled()
    },
    async goes() {
      leases.shift()?.release()
      await settled()
    },
  }
}

describe('Those who wait for a place', () => {
  it('are of one key when they name none, or the empty one', async () => {
    const { comes, goes, served } = onePlace()
    await comes('first')
    await comes('without a key')
    await comes('with the empty one', '')
    await comes('with another', 'a')
    for (let turn = 0; turn < 3; turn++) await goes()
    expect(served).to.deep.equal(['first', 'without a key', 'with another', 'with the empty one'])
  })

  it('are served though those of other keys have all gone', async () => {
    const { comes, goes, served } = onePlace()
    for (const key of ['first', 'a', 'b']) await comes(key, key)
    await goes()
    await comes('c', 'c')
    for (let turn = 0; turn < 2; turn++) await goes()
    await comes('d', 'd')
    await goes()
    expect(served).to.deep.equal(['first', 'a', 'b', 'c', 'd'])
  })
})
