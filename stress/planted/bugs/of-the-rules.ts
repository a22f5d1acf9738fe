// Bugs of the rules of money: made, lost, spent twice, or spent by those who may not.

import type { Bug } from '../bug.ts'

const accounts = 'actors/contracts/accounts.ts'
const transfer = 'actors/contracts/transfer.ts'
const ledger = 'actors/contracts/ledger.ts'
/** Else these would be caught by the server itself, which ends. */
const noConservation = { file: accounts, find: 'assert(posted === 0n,', replace: 'assert(posted !== null,' }

export const bugsOfTheRules: readonly Bug[] = [
  {
    name: 'self-transfer-makes-money',
    what: 'a transfer from an account to itself gives, and does not take',
    edits: [
      noConservation,
      {
        file: transfer,
        find: "if (from === to) continue // the stress test's self-transfer bug: two writes made money\n",
        replace: '',
      },
      {
        file: transfer,
        find: 'accounts.change(asset, from, { posted: -posted, pendingIn',
        replace: 'if (from !== to) accounts.change(asset, from, { posted: -posted, pendingIn',
      },
    ],
    caughtBy: ['specs of the rules', 'commands', 'serializability'],
  },
  {
    name: 'half-a-transfer',
    what: 'of several accounts the last one is not written',
    edits: [
      {
        file: accounts,
        find: '      state.write(key, value)\n',
        replace: '      if (this.#touched.length === 1 || key !== this.#touched.at(-1)?.key) state.write(key, value)\n',
      },
    ],
    caughtBy: ['specs of the rules', 'commands', 'serializability'],
  },
  {
    name: 'rounding',
    what: 'who gets more than 40 gets one less',
    edits: [
      noConservation,
      {
        file: transfer,
        find: 'accounts.change(asset, to, { posted, pendingIn',
        replace: 'accounts.change(asset, to, { posted: posted > 40n ? posted - 1n : posted, pendingIn',
      },
    ],
    caughtBy: ['commands', 'serializability', 'random properties'],
  },
  {
    name: 'guard-ignored',
    what: 'a transfer happens whatever its guard says',
    edits: [
      {
        file: transfer,
        find: 'if (unmet !== undefined) return unmet',
        replace: 'if (unmet === null) return unmet',
      },
    ],
    caughtBy: ['specs of the rules', 'commands', 'serializability'],
  },
  {
    name: 'held-is-spent',
    what: 'what is held may be spent once more',
    edits: [
      {
        file: 'actors/contracts/limits.ts',
        find: 'available(after) < after.minimum && available(after)',
        replace: 'after.posted < after.minimum && available(after)',
      },
    ],
    caughtBy: ['specs of the rules', 'commands', 'serializability'],
  },
  {
    name: 'hold-ends-twice',
    what: 'a hold stays open when it is posted or voided',
    edits: [{ file: ledger, find: '  state.write(holdKey(hold.id), closed)\n', replace: '' }],
    caughtBy: ['specs of the rules', 'commands', 'serializability'],
  },
  {
    name: 'expiry-twice',
    what: 'a hold that has expired stays, and expires again after a start',
    edits: [
      {
        file: ledger,
        find: 'state.write(holdKey(hold.id), closed)',
        replace: "if (request.method !== 'Expire') state.write(holdKey(hold.id), closed)",
      },
    ],
    caughtBy: ['specs of the rules', 'simulator'],
  },
  {
    name: 'reversal-twice',
    what: 'a reversal takes no name, so there can be another',
    edits: [
      {
        file: ledger,
        find: '[reversalName(command.reverses)]',
        replace: '[]',
      },
    ],
    caughtBy: ['commands', 'serializability'],
  },
]
