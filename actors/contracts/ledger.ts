// The rules of money as the VirtualMachine runs them: each method reads, decides, and leaves its whole effect or none.

import type { Key } from '../state-storage/messages.ts'
import type { Commands, LedgerRequest, ProcessTransaction } from '../virtual-machine/messages.ts'
import { reversalName, settlementName, transferName } from '../virtual-machine/names.ts'
import type { Decision, Needs, Processor, ReadFacts, ReadState, ReadWriteState } from '../virtual-machine/processor.ts'
import { accountKey } from './account.ts'
import { Accounts, type Touched } from './accounts.ts'
import { bytesOf, moreBytesOf } from './bytes.ts'
import type { Fact, Stamp } from './facts.ts'
import { guardedAsset } from './guard.ts'
import { closed, decodeHold, encodeHold, holdKey, holdOf, isDue, post, releaseAll } from './holds/hold.ts'
import { needsOfTransfer, settlementRefusal } from './holds/past.ts'
import { whatToReverse } from './holds/reversal.ts'
import { settingsFact, settlementFact, transferFact } from './recording.ts'
import { type Refusal, refused } from './refusal.ts'
import { decodeNotes, encodeNotes, isSeen, mostMembers, noted, notesKey, settled } from './settings.ts'
import { type PostingJson, postingJson, type TransferCommand, type TransferFact, transfer } from './transfer.ts'

type Asked<Name extends keyof Commands> = ProcessTransaction & { readonly method: Name }

export const ledger: Processor = {
  needs,
  moreKeys,
  bytesOf,
  moreBytesOf,

  expiryOf(transaction, expiries) {
    const { state, id, expires_at, seq } = transaction as TransferFact
    if (state !== 'pending' || expires_at === undefined) return // one that was refused tells, too, when it would have ended
    expiries.add({ transfer: id, at: expires_at, seq })
  },

  process(request, state, stamp) {
    switch (request.method) {
      case 'Transfer':
        return moved(request, request.command, state, stamp)
      case 'Post':
        return posted(request, state, stamp)
      case 'Void':
      case 'Expire':
        return released(request, state, stamp)
      case 'Reverse':
        return reversed(request, state, stamp)
      case 'SetAccount':
        return set(request, state, stamp)
    }
  },

  call({ query }, state) {
    const { account, asset } = query
    return {
      ...query,
      state: new Accounts(state).account(asset, account),
      notes: decodeNotes(state.read(notesKey(account))),
    }
  },
}

function needs(request: LedgerRequest): Needs {
  if (request.type === 'CallContract') {
    const { account, asset } = request.query
    return { keys: [accountKey(asset, account), notesKey(account)], ids: [], seqs: [] }
  }
  if (request.type === 'ProcessBatch') {
    const ids = request.items.flatMap(({ id }) => (id === undefined ? [] : [transferName(id)]))
    return { keys: request.items.flatMap(keysOfTransfer), ids, seqs: [] }
  }
  switch (request.method) {
    case 'Transfer':
      return { keys: keysOfTransfer(request.command), ids: [], seqs: [] }
    case 'SetAccount': {
      const { account, asset } = request.command
      return { keys: [accountKey(asset, account), notesKey(account)], ids: [], seqs: [] }
    }
    default:
      return needsOfTransfer(request.command.transfer)
  }
}

function keysOfTransfer({ postings, guard = [] }: TransferCommand): Key[] {
  const keys = postings.flatMap(({ from, to, asset }) => [accountKey(asset, from), accountKey(asset, to)])
  for (const [id] of guard) keys.push(accountKey(guardedAsset(id, postings), id))
  return keys
}

function moreKeys(request: LedgerRequest, known: ReadState & ReadFacts): readonly Key[] {
  if (request.type !== 'ProcessTransaction' || !('transfer' in request.command)) return []
  const id = request.command.transfer
  const hold = decodeHold(known.read(holdKey(id)))
  const past = known.fact(transferName(id)) as Fact | undefined
  return [...(hold?.postings ?? []), ...(past?.postings ?? [])].flatMap(({ from, to, asset }) => [
    accountKey(asset, from),
    accountKey(asset, to),
  ])
}

function moved(
  request: ProcessTransaction,
  command: TransferCommand & { readonly reverses?: string },
  state: ReadWriteState,
  stamp: Stamp,
): Decision {
  const accounts = new Accounts(state)
  const effect = command.pending === undefined ? 'posted' : 'pending'
  const refusal = transfer(accounts, command.postings, effect, command.guard, [stamp.seq, stamp.offset])
  if (refusal !== undefined) return { fact: transferFact(request, command, stamp, { refusal }), refusal }
  accounts.store(state)
  const takes = command.reverses === undefined ? [] : [reversalName(command.reverses)]
  const touched = accounts.touched().filter((account) => isNamed(account, command))
  const fact = transferFact(request, command, stamp, { touched, takes })
  if (effect === 'pending') state.write(holdKey(fact.id), encodeHold(holdOf(fact)))
  return { fact }
}

/** A guard may look at accounts that have no part in the transfer: its answer does not tell of them. */
function isNamed({ id }: Touched, { postings }: TransferCommand): boolean {
  return postings.some(({ from, to }) => from === id || to === id)
}

function posted(request: Asked<'Post'>, state: ReadWriteState, stamp: Stamp): Decision {
  const { transfer: id, amount } = request.command
  const hold = decodeHold(state.read(holdKey(id)))
  const refuse = (refusal: Refusal) => notSettled(request, stamp, refusal)
  if (hold === undefined) return refuse(settlementRefusal(state, id))
  if (isDue(hold, stamp.time)) return refuse(refused('expired'))
  const accounts = new Accounts(state)
  const outcome = post(accounts, hold, amount, [stamp.seq, stamp.offset])
  if ('code' in outcome) return refuse(outcome)
  return ended(request, state, stamp, hold, accounts, outcome.map(postingJson))
}

function released(request: Asked<'Void'> | Asked<'Expire'>, state: ReadWriteState, stamp: Stamp): Decision {
  const { transfer: id } = request.command
  const hold = decodeHold(state.read(holdKey(id)))
  if (hold === undefined) return notSettled(request, stamp, settlementRefusal(state, id))
  if (request.method === 'Void' && isDue(hold, stamp.time)) return notSettled(request, stamp, refused('expired'))
  const accounts = new Accounts(state)
  releaseAll(accounts, hold, [stamp.seq, stamp.offset])
  return ended(request, state, stamp, hold, accounts, [])
}

type Settling = Asked<'Post'> | Asked<'Void'> | Asked<'Expire'>

function notSettled(request: Settling, stamp: Stamp, refusal: Refusal): Decision {
  return { fact: settlementFact(request, stamp, undefined, [], { refusal }), refusal }
}

function ended(
  request: Settling,
  state: ReadWriteState,
  stamp: Stamp,
  hold: NonNullable<ReturnType<typeof decodeHold>>,
  accounts: Accounts,
  postings: readonly PostingJson[],
): Decision {
  accounts.store(state)
  state.write(holdKey(hold.id), closed)
  const outcome = { touched: accounts.touched(), takes: [settlementName(hold.id)] }
  return { fact: settlementFact(request, stamp, hold, postings, outcome) }
}

function reversed(request: Asked<'Reverse'>, state: ReadWriteState, stamp: Stamp): Decision {
  const { transfer: original, ...command } = request.command
  const postings = whatToReverse(state, original)
  if (!('code' in postings)) return moved(request, { ...command, postings, reverses: original }, state, stamp)
  const refusal = postings
  return { fact: transferFact(request, { ...command, postings: [], reverses: original }, stamp, { refusal }), refusal }
}

function set(request: Asked<'SetAccount'>, state: ReadWriteState, stamp: Stamp): Decision {
  const { command } = request
  const { account, asset } = command
  const notes = decodeNotes(state.read(notesKey(account)))
  if (!isSeen(command, notes)) return notSet(request, stamp, refused('precondition_failed'))
  const accounts = new Accounts(state)
  const settings = settled(accounts.account(asset, account), command)
  accounts.set(asset, account, settings)
  const { revision, metadata } = noted(notes, command)
  if (Object.keys(metadata).length > mostMembers) return notSet(request, stamp, refused('limit_exceeded', account))
  accounts.store(state)
  state.write(notesKey(account), encodeNotes({ revision, metadata }))
  const told = {
    min_balance: settings.minimum === null ? null : String(settings.minimum),
    max_balance: settings.maximum === null ? null : String(settings.maximum),
    closed: settings.closed,
    metadata,
    revision,
  }
  return { fact: settingsFact(request, stamp, told, { touched: accounts.touched() }) }
}

function notSet(request: Asked<'SetAccount'>, stamp: Stamp, refusal: Refusal): Decision {
  return { fact: settingsFact(request, stamp, undefined, { refusal }), refusal }
}
