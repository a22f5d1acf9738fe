// Bugs of the batch: what one request sees of another, what is kept of a request, and when it is told.

import type { Bug } from '../bug.ts'

const machine = 'actors/virtual-machine/virtual-machine.ts'
const batch = 'actors/virtual-machine/batch.ts'
const send = "this.#input.stateStorage.send({ type: 'WriteKeys', transactions, writes, time, replyTo: this.#replyTo })"

export const bugsOfTheVirtualMachine: readonly Bug[] = [
  {
    name: 'answer-before-durable',
    what: 'answers go out with the record, not after it',
    edits: [
      { file: machine, find: send, replace: `${send}\n    for (const reply of replies) reply()` },
      {
        file: machine,
        find: 'const { replies, transactions } = this.#phase',
        replace:
          'const { transactions } = this.#phase\n    const replies = transactions.length === 0 ? this.#phase.replies : []',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'simulator'],
  },
  {
    name: 'lost-update',
    what: 'requests of one batch do not see each other’s writes',
    edits: [
      {
        file: 'actors/virtual-machine/transient-state.ts',
        find: 'this.#running.get(key) ?? this.#kept.get(key)',
        replace: 'this.#running.get(key)',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'serializability'],
  },
  {
    name: 'seq-given-twice',
    what: 'what follows an atomic batch gets the seq of the batch',
    edits: [
      {
        file: batch,
        find: 'if (facts.length > 0) this.#seq += 1',
        replace: 'if (facts.length === 1) this.#seq += 1',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'serializability', 'commands'],
  },
  {
    name: 'refusal-not-kept',
    what: 'a refusal under a key is decided anew each time',
    edits: [
      {
        file: batch,
        find: 'leaves no trace.\n    const lost = refusal !== undefined && ids.length === 0',
        replace: 'leaves no trace.\n    const lost = refusal !== undefined',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'commands', 'serializability'],
  },
  {
    name: 'repeat-not-kept',
    what: 'a new key for an id that is known is not kept',
    edits: [
      {
        file: batch,
        find: 'if (request.request === undefined || this.#state',
        replace: 'if (request.request?.key !== "" || this.#state',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'serializability'],
  },
  {
    name: 'fingerprint-ignored',
    what: 'a key answers whatever is asked under it',
    edits: [
      {
        file: 'actors/virtual-machine/idempotency.ts',
        find: 'fact.request?.fingerprint === request.fingerprint',
        replace: 'fact.request !== undefined',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'commands'],
  },
  {
    name: 'id-before-verdict',
    what: 'a refused atomic batch burns the ids of its items',
    edits: [
      {
        file: 'actors/virtual-machine/atomic-batch.ts',
        find: "const batch = batchFact(request, stamp, { state: 'refused'",
        replace:
          "const burnt = request.items.flatMap(({ id }) => (id === undefined ? [] : [transferName(id)]))\n  const batch = batchFact(request, { ...stamp, ids: [...stamp.ids, ...burnt] }, { state: 'refused'",
      },
    ],
    caughtBy: ['specs of the virtual machine', 'commands', 'serializability'],
  },
  {
    name: 'item-twice',
    what: 'an id that comes twice in an atomic batch happens twice',
    edits: [
      {
        file: 'actors/virtual-machine/atomic-batch.ts',
        find: 'if (command.id !== undefined) named.set(command.id, fact)',
        replace: '',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'commands'],
  },
  {
    name: 'time-backwards',
    what: 'the clock of a batch may lie before the last record',
    edits: [
      {
        file: machine,
        find: 'Math.max(this.#input.clock.now(), read.head.time)',
        replace: 'this.#input.clock.now() - (read.head.seq % 3)',
      },
    ],
    caughtBy: ['specs of the virtual machine', 'simulator'],
  },
]
