// Nobody is moved far by what others send: principals take turns, always find a place, and bulk is before a single only so far.

import { expect } from 'chai'
import { Admission } from '../../../src/public-api/admission/admission.ts'
import { wholeNumber } from '../../../stress/harness/random.ts'
import { aNode } from '../../node/nodes.ts'
import { randomFrom } from '../../setup/random.ts'
import { settled, VirtualClock } from '../../throttle/virtual-clock.ts'
import { optionsOf, small, smallAdmission, turnedAway } from './small-admission.ts'

const limits = { ...small, slots: 4, places: 60 }
/** Of one principal; all together have twice as many places. */
const share = limits.slots + limits.places

/** A crowd's requests are told apart by a number, and their principal stands before it. */
function crowded(principals: readonly string[], each: number) {
  const world = smallAdmission({ limits })
  for (let count = 0; count < each; count++) {
    for (const principal of principals) world.ask('singles', `${principal}/${count}`, undefined, principal)
  }
  return world
}

const principalOf = (name: string) => name.slice(0, name.indexOf('/'))

async function serve(world: ReturnType<typeof crowded>, count: number) {
  await settled()
  const from = world.sent.length
  for (let served = 0; served < count; served++) {
    world.answer(world.sent[from - limits.slots + served] ?? '')
    await settled()
  }
  return world.sent.slice(from)
}

describe('Fairness', () => {
  it('serves a quiet principal before the backlog of a noisy one, and its first request at once', async () => {
    const world = crowded(['noisy'], 200)
    world.ask('singles', 'quiet/first', undefined, 'quiet')
    expect(world.sent.at(-1)).to.equal('quiet/first')
    world.ask('singles', 'quiet/0', undefined, 'quiet')
    await settled()
    expect(world.sent, 'only one beyond the slots').to.have.length(limits.slots + 1)
    world.answer('quiet/first')
    await settled()
    expect(world.told).to.not.have.property('quiet/0')
    // The noisy one waits first, so its turn is first; then it is the other's.
    expect((await serve(world, 3)).map(principalOf)).to.deep.equal(['noisy', 'quiet', 'noisy'])
  })

  it('lets a principal go on at once again when its last request is answered', async () => {
    const world = crowded(['noisy'], 200)
    for (const name of ['quiet/1', 'quiet/2', 'quiet/3']) {
      world.ask('singles', name, undefined, 'quiet')
      expect(world.sent.at(-1)).to.equal(name)
      world.answer(name)
      await settled()
    }
  })

  it('leaves a place for others, however much one asks for', () => {
    const { told, ask } = crowded(['noisy'], 200)
    expect(Object.keys(told)).to.have.length(200 - share)
    for (let count = 0; count < share; count++) ask('singles', `q${count}/0`, undefined, `q${count}`)
    expect(Object.keys(told), 'as many others as there are places').to.have.length(200 - share)
    ask('singles', 'late/0', undefined, 'late')
    expect(told['late/0']).to.deep.equal(turnedAway(1))
  })

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`gives greedy principals equal turns, and one that comes later one at once (seed ${seed})`, async () => {
      const random = randomFrom(seed)
      const names = Array.from({ length: wholeNumber(random, 2, limits.slots) }, (_, index) => `n${index}`)
      const world = crowded(names, 100)
      const before = await serve(world, wholeNumber(random, 0, 20))
      const counts = names.map((name) => before.filter((one) => principalOf(one) === name).length)
      expect(Math.max(...counts) - Math.min(...counts), counts.join(' ')).to.be.at.most(1)
      world.ask('singles', 'quiet/0', undefined, 'quiet')
      expect(world.sent.at(-1)).to.equal('quiet/0')
    })
  }

  it('forgets a principal that holds nothing, and gives its places back', async () => {
    const world = crowded(['noisy'], 200)
    await settled()
    for (let served = 0; served < share; served++) {
      world.answer(world.sent[served] ?? '')
      await settled()
    }
    expect(world.sent).to.have.length(share)
    expect(world.admission.turnsAwayPrincipal('noisy', 'singles')).to.equal(undefined)
    for (let count = 0; count < 200; count++) world.ask('singles', `noisy/again${count}`, undefined, 'noisy')
    await settled()
    expect(world.sent).to.have.length(share + limits.slots)
    expect(Object.keys(world.told).filter((name) => name.includes('again'))).to.have.length(200 - share)
  })

  it('knows before the body is read whom the line would turn away, and asks it for nobody else', () => {
    const { admission } = crowded(['noisy'], 200)
    const away = (principal: string, lane: Parameters<typeof admission.turnsAwayPrincipal>[1]) =>
      admission.turnsAwayPrincipal(principal, lane)?.reason
    expect(away('noisy', 'singles')).to.equal('line_full')
    expect(away('quiet', 'singles')).to.equal(undefined)
    for (const lane of ['reads', 'bulk', 'history', 'direct'] as const) expect(away('noisy', lane)).to.equal(undefined)
  })

  for (const seed of [1, 2, 3]) {
    it(`decides a single behind no more bulk than may be at work, whatever the crowd of bulk (seed ${seed})`, async () => {
      const random = randomFrom(seed)
      const { node } = aNode({ gather: (begin) => void setImmediate(begin) })
      await node.start()
      const ledgers = new Admission(optionsOf({ clock: new VirtualClock() })).ledgers(node)
      const posting = { from: 'a', to: 'b', amount: 1n, asset: 'UNIT' }
      let [decided, over] = [0, false]
      const batch = () => {
        if (over) return
        const items = Array.from({ length: wholeNumber(random, 1, small.bulkUnits) }, () => ({ postings: [posting] }))
        const replyTo = {
          send({ type }: { readonly type: string }) {
            if (type === 'BatchProcessed') decided += items.length
            setImmediate(batch)
          },
        }
        ledgers.bulk.virtualMachine.send({ type: 'ProcessBatch', items, requestId: 'b', replyTo })
      }
      for (let client = 0; client < 30; client++) batch()
      const behind: number[] = []
      for (let single = 0; single < 20; single++) {
        for (let turn = wholeNumber(random, 0, 5); turn > 0; turn--) await settled()
        const before = decided
        await new Promise<void>((resolve) =>
          ledgers.singles.virtualMachine.send({
            type: 'ProcessTransaction',
            method: 'Transfer',
            command: { postings: [posting] },
            requestId: 's',
            replyTo: { send: () => resolve() },
          }),
        )
        behind.push(decided - before)
      }
      over = true
      expect(decided, 'bulk was served meanwhile').to.be.above(small.bulkUnits)
      expect(Math.max(...behind), behind.join(' ')).to.be.within(1, small.bulkUnits)
    })
  }
})
