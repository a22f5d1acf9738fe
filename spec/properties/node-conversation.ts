// Commands as requests to a whole node in memory, and its answers in the form that both ledgers share.

import type { AccountAfter } from '../../actors/contracts/transfer.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import type { BatchAnswer, LedgerRequest, TransactionAnswer } from '../../actors/virtual-machine/messages.ts'
import { type Command, fingerprint, type Outcome, type TransferAsked } from '../../stress/commands/command.ts'
import { guardOf, settingsOf } from '../../stress/simulator/clients/requests.ts'
import { aNode, ask, type NodeOptions } from '../node/nodes.ts'
import { aBalanceQuery } from '../setup/actors.ts'

export async function openNode(ports: Pick<NodeOptions, 'archive'> = {}) {
  let now = 1_000
  const clock = { startAfter: () => {}, now: () => now, wakeAt: () => {} }
  const { node } = aNode({ clock, ...ports })
  await node.start()
  return {
    node,
    answerTo: (command: Command) => answerTo(node, command),
    balanceOf: (account: string, asset: string) => balanceOf(node, account, asset),
    passTo: (time: number) => {
      now = time
    },
  }
}

type RunningNode = ReturnType<typeof aNode>['node']

async function answerTo(node: RunningNode, command: Command): Promise<{ outcome: Outcome; replayed: boolean }> {
  const answer = await ask<TransactionAnswer | BatchAnswer>((replyTo) =>
    node.virtualMachine.send({ ...requestOf(command), replyTo } as LedgerRequest),
  )
  if (answer.type === 'RequestRejected') throw new Error(answer.reason)
  const replayed = 'replayed' in answer && answer.replayed
  if ('refusal' in answer) {
    const { code, item } = answer.refusal
    return { outcome: { code, ...(item !== undefined && { item }) }, replayed }
  }
  if (answer.type === 'TransactionProcessed') return { outcome: outcomeOf(answer.fact as never), replayed }
  const facts = answer.facts ?? (await itemsOf(node, answer.batch as never))
  return { outcome: { items: facts.map((fact) => outcomeOf(fact as never)) }, replayed }
}

/** The items of a batch that was decided before: those with its seq, and those that had been decided even before it. */
async function itemsOf(
  node: RunningNode,
  batch: { seq: number; earlier: [number, Transaction][] },
): Promise<readonly Transaction[]> {
  const found = await ask<{ bySeq: ReadonlyMap<number, readonly Transaction[]> }>((replyTo) =>
    node.stateStorage.send({ type: 'FindTransactions', seqs: [batch.seq], ids: [], replyTo: replyTo as never }),
  )
  const items = (found.bySeq.get(batch.seq) ?? []).filter((fact) => (fact as { method?: string }).method !== 'Batch')
  for (const [item, fact] of batch.earlier) items.splice(item, 0, fact)
  return items
}

function requestOf(command: Command) {
  const request = command.key !== undefined && {
    request: { principal: 'local', key: command.key, fingerprint: fingerprint(command) },
  }
  const frame = { requestId: 'request', ...request }
  if (command.kind === 'batch') return { type: 'ProcessBatch', items: command.body.items.map(transferOf), ...frame }
  return { type: 'ProcessTransaction', ...methodOf(command), ...frame }
}

function methodOf(command: Exclude<Command, { kind: 'batch' }>) {
  if (command.kind === 'transfer') return { method: 'Transfer', command: transferOf(command.body) }
  if (command.kind === 'settings') return { method: 'SetAccount', command: settingsOf(command) }
  const { transfer } = command
  if (command.kind === 'void') return { method: 'Void', command: { transfer } }
  if (command.kind === 'post') {
    const { amount } = command.body
    return { method: 'Post', command: { transfer, ...(amount !== undefined && { amount: BigInt(amount) }) } }
  }
  const { id } = command.body
  return { method: 'Reverse', command: { transfer, ...(id !== undefined && { id, content: fingerprint(command) }) } }
}

function transferOf(body: TransferAsked) {
  const { id, postings, pending, expires_in: expiresIn, guard } = body
  return {
    ...(id !== undefined && { id, content: fingerprint({ kind: 'transfer', body }) }),
    postings: postings.map(({ amount, ...rest }) => ({ ...rest, amount: BigInt(amount) })),
    ...(pending && { pending: expiresIn === undefined ? {} : { expiresIn } }),
    ...(guard !== undefined && { guard: guardOf(guard) }),
  }
}

interface FactRead {
  readonly id: string
  readonly state: string
  readonly refusal?: { readonly code: string }
  readonly hold?: { readonly postings: [] }
  readonly postings: []
  readonly balances: readonly AccountAfter[]
  readonly settings?: {
    min_balance: string | null
    max_balance: string | null
    closed: boolean
    metadata: Record<string, string>
  }
}

function outcomeOf({ id, state, refusal, hold, postings, balances, settings }: FactRead): Outcome {
  if (refusal !== undefined) return { code: refusal.code }
  const told = balances.map(({ account, asset, posted, pending_in, pending_out, version }) => {
    return [`${account} ${asset}`, { posted, pending_in, pending_out, version }] as const
  })
  if (settings === undefined)
    return { state, id, postings: hold?.postings ?? postings, balances: Object.fromEntries(told) }
  const { min_balance, max_balance, closed, metadata } = settings
  const [[, balance] = []] = told
  return { settings: { min_balance, max_balance, closed }, metadata, balance: balance ?? ({} as never) }
}

async function balanceOf(node: RunningNode, account: string, asset: string) {
  const { balance } = await ask<{
    balance: { state: { posted: bigint; pendingIn: bigint; pendingOut: bigint; version: number } }
  }>((replyTo) => node.virtualMachine.send({ ...aBalanceQuery(account, undefined, asset), replyTo: replyTo as never }))
  const { posted, pendingIn, pendingOut, version } = balance.state
  return { posted: `${posted}`, pending_in: `${pendingIn}`, pending_out: `${pendingOut}`, version }
}
