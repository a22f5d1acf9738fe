// A key, and an id, are somebody's for ever: whoever gets another answer under one, or takes it again, is told.

import type { Command } from '../../stress/commands/command.ts'
import { type Anomaly, accepted, itTells } from './planting.ts'
import { batch, hold, transfer } from './story.ts'

const keyed = (command: Command, key: string): Command => ({ ...command, key })
const known = hold('b', 'c', 3, 'h')
const other = hold('b', 'c', 4, 'h')

const anomalies: readonly Anomaly[] = [
  [
    'a repeat under a new key that took no seq',
    (s) => {
      s.ask(keyed(known, 'new'))
      s.tell('added', { ledgerSeq: 14 })
    },
    'seq',
    /14 was given twice/,
  ],
  [
    'a repeat under a new key that took a seq and told another',
    (s) => {
      s.ask(keyed(known, 'new'), 'repeat')
      s.ask(transfer('c', 'a', 1))
      s.change('repeat', { completed: 1e6 })
      s.tell('repeat', { ledgerSeq: 16 })
    },
    'gap',
    /seq 15/,
  ],
  [
    'a repeat under a new key with other bytes',
    (s) => {
      s.ask(keyed(known, 'new'))
      s.tell('added', { digest: 'other' })
    },
    'replay',
    /not the bytes/,
  ],
  [
    'a repeat that got the answer to another request',
    (s) => {
      s.ask(keyed(known, 'new'))
      s.change('added', { asked: keyed(other, 'new') })
    },
    'replay',
    /the answer to that one/,
  ],
  [
    'the key of a repeat that does something else',
    (s) => {
      s.ask(keyed(known, 'new'))
      accepted(s, transfer('a', 'b', 1, 'new'), 16)
    },
    'replay',
    /key new was taken/,
  ],
  [
    'a refusal for an id of another, told again with other bytes',
    (s) => {
      s.ask(keyed(other, 'new'))
      s.ask(keyed(other, 'new'))
      s.tell('added', { digest: 'other' })
    },
    'replay',
    /not the bytes/,
  ],
  [
    'a refusal for an id of another that is not kept',
    (s) => {
      s.ask(keyed(other, 'new'))
      s.ask(keyed(other, 'new'))
      s.tell('added', { replayed: false, ledgerSeq: 16 })
    },
    'replay',
    /key new was taken/,
  ],
  [
    'a refusal for an id that nobody had',
    (s) => {
      s.ask(keyed(other, 'new'))
      s.change('added', { asked: keyed(hold('b', 'c', 4, 'free'), 'new') })
    },
    'decision',
    /nobody had taken id free/,
  ],
  [
    'a refusal for an id of its own',
    (s) => {
      s.ask(keyed(other, 'new'))
      s.change('added', { asked: keyed(known, 'new') })
    },
    'decision',
    /the same request as its own/,
  ],
  [
    'an independent batch under the key of another request',
    (s) => {
      s.ask(batch('independent', 'new'))
      s.change('added', { asked: batch('independent', 'first') })
    },
    'replay',
    /key first was taken/,
  ],
  [
    'an independent batch refused for a key that nobody had used',
    (s) => {
      s.ask(batch('independent', 'first'))
      s.change('added', { asked: batch('independent', 'free') })
    },
    'decision',
    /no other request/,
  ],
]

describe('The checker of strict serializability tells of names', () => {
  itTells(anomalies)
})
