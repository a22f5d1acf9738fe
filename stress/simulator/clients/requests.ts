// Commands as messages to the VirtualMachine, as PublicApi would send them.

import { hash } from 'node:crypto'
import type { Guard } from '../../../actors/contracts/guard.ts'
import type { SettingsCommand } from '../../../actors/contracts/settings.ts'
import type { TransferCommand } from '../../../actors/contracts/transfer.ts'
import type { LedgerRequest, ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { type Command, fingerprint, type TransferAsked } from '../../commands/command.ts'

type Unaddressed<Message> = Message extends unknown ? Omit<Message, 'replyTo'> : never
export type Unsent = Unaddressed<LedgerRequest>

export const principal = 'local'

export function requestOf(command: Command, requestId: string, isDryRun: boolean): Unsent {
  const { key } = command
  const frame = {
    requestId,
    ...(key !== undefined && { request: { principal, key, fingerprint: fingerprintOf(command) } }),
    ...(isDryRun && { dryRun: true as const }),
  }
  if (command.kind === 'batch') return { type: 'ProcessBatch', items: command.body.items.map(transferOf), ...frame }
  return { type: 'ProcessTransaction', ...methodOf(command), ...frame } as Unsent
}

type Method = Pick<ProcessTransaction, 'method' | 'command'>

function methodOf(command: Exclude<Command, { kind: 'batch' }>): Method {
  if (command.kind === 'transfer') return { method: 'Transfer', command: transferOf(command.body) }
  if (command.kind === 'settings') return { method: 'SetAccount', command: settingsOf(command) }
  const { transfer } = command
  if (command.kind === 'void') return { method: 'Void', command: { transfer } }
  if (command.kind === 'post') {
    const { amount } = command.body
    return { method: 'Post', command: { transfer, ...(amount !== undefined && { amount: BigInt(amount) }) } }
  }
  const { id } = command.body
  return { method: 'Reverse', command: { transfer, ...(id !== undefined && { id, content: contentOf(command) }) } }
}

/** What an id stands for: the same for a transfer alone and as an item of a batch. */
export function contentOf(command: Extract<Command, { kind: 'transfer' | 'reverse' }>): string {
  // A body belongs to one command, whatever its key: so both have one fingerprint.
  return kept(contents, command.body, () => short(fingerprint(command)))
}

export function fingerprintOf(command: Command): string {
  return kept(fingerprints, command, () => short(fingerprint(command)))
}

/** As PublicApi does: what stands in every fact for ever has to be short. */
function short(text: string): string {
  return hash('sha1', text, 'base64').slice(0, 14)
}

const contents = new WeakMap<object, string>()
const fingerprints = new WeakMap<object, string>()

/** Asked for at every answer and every fact, and made once. */
function kept(texts: WeakMap<object, string>, of: object, make: () => string): string {
  const known = texts.get(of)
  if (known !== undefined) return known
  const text = make()
  texts.set(of, text)
  return text
}

function transferOf(body: TransferAsked): TransferCommand {
  const { id, postings, pending, expires_in: expiresIn, guard } = body
  return {
    ...(id !== undefined && { id, content: contentOf({ kind: 'transfer', body }) }),
    postings: postings.map(({ amount, ...rest }) => ({ ...rest, amount: BigInt(amount) })),
    ...(pending && { pending: expiresIn === undefined ? {} : { expiresIn } }),
    ...(guard !== undefined && { guard: guardOf(guard) }),
  }
}

export function guardOf(guard: NonNullable<TransferAsked['guard']>): Guard {
  return Object.entries(guard).map(([account, { available_gte, version }]) => {
    const least = available_gte !== undefined && { available_gte: BigInt(available_gte) }
    return [account, { ...least, ...(version !== undefined && { version }) }]
  })
}

export function settingsOf({
  account,
  replace,
  body,
  ifMatch,
}: Extract<Command, { kind: 'settings' }>): SettingsCommand {
  const amount = (digits: string | null) => (digits === null ? null : BigInt(digits))
  const { asset, min_balance, max_balance, closed, metadata } = body
  return {
    ...{ account, replace, asset },
    ...(min_balance !== undefined && { minimum: amount(min_balance) }),
    ...(max_balance !== undefined && { maximum: amount(max_balance) }),
    ...(closed !== undefined && { closed }),
    ...(metadata !== undefined && { metadata }),
    ...(ifMatch !== undefined && { ifMatch: [ifMatch] }),
  }
}
