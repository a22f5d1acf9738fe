// The cable of the simulator: what befalls a message has come when a message has met it, and not before.

import { expect } from 'chai'
import { Cable, type Fate, type Mishap } from '../../stress/simulator/clients/cable.ts'

type Sent = readonly (readonly [message: 'request' | 'answer', fate: Fate])[]

// biome-ignore format: a table
const rows: readonly (readonly [what: string, mishaps: readonly Mishap[], sent: Sent, came: readonly Mishap[]])[] = [
  ['nothing', [], [['request', 'arrives'], ['answer', 'arrives']], []],
  ['a request twice, once', ['twice'], [['answer', 'arrives'], ['request', 'arrives twice'], ['request', 'arrives']], ['twice']],
  ['an answer, once', ['unheard'], [['request', 'arrives'], ['answer', 'is lost'], ['answer', 'arrives']], ['unheard']],
  ['what comes while it is cut', ['cut'], [['answer', 'is lost'], ['request', 'is lost']], ['cut']],
  ['what nobody has felt', ['twice', 'unheard'], [], []],
]

describe('A simulated cable', () => {
  for (const [what, mishaps, sent, expected] of rows) {
    it(`loses or doubles ${what}`, () => {
      const came: Mishap[] = []
      const cable = new Cable(
        () => 0,
        () => 0,
        (mishap) => came.push(mishap),
      )
      for (const mishap of mishaps) cable.befall(mishap)
      for (const [message, fate] of sent) expect(cable.fateOf(message)).to.equal(fate)
      expect(came).to.deep.equal(expected)
      cable.heal()
      expect(cable.fateOf('request')).to.equal('arrives')
    })
  }
})
