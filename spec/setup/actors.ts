// Builders for actor specs: what a visitor sends, and what a neighbour answers.

import sinon from 'sinon'
import { type AnyActorLogic, createActor, type EventObject, type TransitionActorLogic } from 'xstate'
import type { Guard } from '../../actors/contracts/guard.ts'
import type { Posting, TransferCommand } from '../../actors/contracts/transfer.ts'
import type { Head, KeysRead, KeysWritten, Transaction } from '../../actors/state-storage/messages.ts'
import type { CallContract, Commands, ProcessTransaction, RequestKey } from '../../actors/virtual-machine/messages.ts'

/** A neighbour that only listens. */
export function aRecipient() {
  return { send: sinon.fake() }
}

/** What a recipient was told, in order, without the addresses for answers. */
export function toldTo(recipient: { send: sinon.SinonSpy }): Record<string, unknown>[] {
  return recipient.send.args.map(([{ replyTo, ...message }]) => message)
}

export const genesis: Head = { seq: 0, hash: 'genesis', time: 0 }

export function headAt(seq: number, time = seq): Head {
  return { seq, hash: `hash ${seq}`, time }
}

export interface TransferOptions {
  readonly from?: string
  readonly to?: string
  readonly amount?: bigint
  readonly asset?: string
  readonly id?: string
  readonly content?: string
  readonly key?: string
  readonly fingerprint?: string
  readonly principal?: string
  readonly reference?: string
  readonly metadata?: Record<string, string>
  readonly requestId?: string
  readonly postings?: readonly Posting[]
  readonly pending?: { readonly expiresIn?: number }
  readonly guard?: Guard
  readonly replyTo?: { send: sinon.SinonSpy }
}

export function aTransfer(options: TransferOptions = {}): Extract<ProcessTransaction, { method: 'Transfer' }> {
  const { from = 'user1', to = 'user2', amount = 17n, asset = 'UNIT', replyTo = aRecipient() } = options
  const { id, content = 'content', reference, metadata, requestId = 'request' } = options
  const command: TransferCommand = {
    postings: options.postings ?? [{ from, to, amount, asset }],
    ...(id !== undefined && { id, content }),
    ...(reference !== undefined && { reference }),
    ...(metadata !== undefined && { metadata }),
    ...(options.pending !== undefined && { pending: options.pending }),
    ...(options.guard !== undefined && { guard: options.guard }),
  }
  const request = requestKey(options)
  return {
    type: 'ProcessTransaction',
    method: 'Transfer',
    command,
    requestId,
    replyTo,
    ...(request !== undefined && { request }),
  }
}

function requestKey({
  key,
  fingerprint = 'fingerprint',
  principal = 'local',
}: TransferOptions): RequestKey | undefined {
  return key === undefined ? undefined : { principal, key, fingerprint }
}

/** Any other method. */
export function aRequest<Method extends Exclude<keyof Commands, 'Transfer'>>(
  method: Method,
  command: Commands[Method],
  { key, replyTo = aRecipient(), ...rest }: Pick<TransferOptions, 'key' | 'fingerprint' | 'replyTo' | 'requestId'> = {},
): ProcessTransaction {
  const request = requestKey({ ...rest, ...(key !== undefined && { key }) })
  return {
    type: 'ProcessTransaction',
    method,
    command,
    requestId: rest.requestId ?? 'request',
    replyTo,
    ...(request !== undefined && { request }),
  } as ProcessTransaction
}

export function aBalanceQuery(account: string, replyTo = aRecipient(), asset = 'UNIT'): CallContract {
  return { type: 'CallContract', method: 'GetBalance', query: { account, asset }, replyTo }
}

export function keysRead(
  values: Record<string, string> = {},
  head: Head = genesis,
  facts: Record<string, Transaction> = {},
  hasSpace = true,
): KeysRead {
  const found = { values: new Map(Object.entries(values)), byId: new Map(Object.entries(facts)), bySeq: new Map() }
  return { type: 'KeysRead', ...found, head, hasSpace }
}

export function keysWritten(head: Head): KeysWritten {
  return { type: 'KeysWritten', head }
}

/** An actor that runs; its death is kept in `deaths`. */
export function started<Message extends EventObject, Input>(
  logic: TransitionActorLogic<{ input: Input }, Message, Input>,
  input: Input,
) {
  const actor = createActor(logic as AnyActorLogic, { input })
  const deaths: Error[] = []
  actor.subscribe({ error: (error: unknown) => void deaths.push(error as Error) })
  actor.start()
  return { send: (message: Message) => actor.send(message), deaths }
}
