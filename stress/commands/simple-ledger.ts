// A second ledger, written from the contract alone and kept as simple as can be: it shares no rule with the server.

import {
  type BalanceTold,
  type Command,
  fingerprint,
  type Outcome,
  type PostingAsked,
  type TransferAsked,
} from './command.ts'
import {
  type Account,
  changedBy,
  contentOf,
  copyOf,
  exceedsPending,
  type How,
  isGuarded,
  limit,
  type Move,
  namesIn,
  none,
  type Of,
  type State,
  settingsTold,
  type Transfer,
  type TransferTold,
  told,
  whyNot,
  whyNotPending,
} from './simple-rules.ts'

const isRefusal = (outcome: Outcome): outcome is { code: string } => 'code' in outcome

export class SimpleLedger {
  #state: State = { accounts: new Map(), notes: new Map(), transfers: [], ids: new Map() }
  readonly #keys = new Map<string, { readonly asked: string; readonly answer: Outcome }>()
  /** Milliseconds; only rises. */
  #now = 0

  /** What is due by then is expired, in the order of the times. */
  passTo(now: number): void {
    this.#now = now
    const due = this.#state.transfers.filter(({ state, expiresAt }) => state === 'pending' && expiresAt <= now)
    for (const hold of due.sort((one, other) => one.expiresAt - other.expiresAt)) this.#release(hold, 'expired')
  }

  decide(command: Command): { readonly outcome: Outcome; readonly replayed: boolean } {
    const asked = fingerprint(command)
    const earlier = command.key === undefined ? undefined : this.#keys.get(command.key)
    if (earlier?.asked === asked) return { outcome: earlier.answer, replayed: true }
    if (earlier !== undefined) return { outcome: { code: 'idempotency_key_reused' }, replayed: false }
    const known = this.#byId(command)
    if (known !== undefined) {
      if (command.key !== undefined) this.#keys.set(command.key, { asked, answer: known.outcome })
      return known
    }
    const answer = this.#decideNew(command)
    if (command.key !== undefined) this.#keys.set(command.key, { asked, answer })
    return { outcome: answer, replayed: false }
  }

  revisionOf(account: string): number {
    return this.#state.notes.get(account)?.revision ?? 0
  }

  balances(): ReadonlyMap<string, BalanceTold> {
    return new Map([...this.#state.accounts].map(([name, account]) => [name, told(account)]))
  }

  /** The ids of all transfers, of any state. */
  transferIds(): readonly string[] {
    return this.#state.transfers.flatMap(({ told: { id } }) => id ?? [])
  }

  stateOf(id: string): string | undefined {
    return this.#find(id)?.state
  }

  /** What open holds hold, by asset. */
  held(): Record<string, bigint> {
    const sums: Record<string, bigint> = {}
    for (const { state, postings } of this.#state.transfers) {
      if (state !== 'pending') continue
      for (const { from, to, asset, amount } of postings) {
        if (from !== to) sums[asset] = (sums[asset] ?? 0n) + BigInt(amount)
      }
    }
    return sums
  }

  #byId(command: Command): { outcome: Outcome; replayed: boolean } | undefined {
    if (command.kind !== 'transfer' && command.kind !== 'reverse') return undefined
    const earlier = command.body.id === undefined ? undefined : this.#state.ids.get(command.body.id)
    if (earlier === undefined) return undefined
    if (earlier.content === contentOf(command)) return { outcome: earlier.answer, replayed: true }
    return { outcome: { code: 'id_exists_with_different_content' }, replayed: false }
  }

  #decideNew(command: Command): Outcome {
    if (command.kind === 'batch') return this.#batch(command)
    const answer = this.#apply(command)
    if (command.kind !== 'transfer' && command.kind !== 'reverse') return answer
    const { id } = command.body
    if (id === undefined) return answer
    this.#state.ids.set(id, { content: contentOf(command), answer })
    if (isRefusal(answer)) this.#keep({ state: 'refused', id, postings: [], balances: {} }, [], false)
    return answer
  }

  #apply(command: Exclude<Command, Of<'batch'>>): Outcome {
    if (command.kind === 'transfer') return this.#transfer(command.body)
    if (command.kind === 'settings') return this.#settings(command)
    const transfer = this.#find(command.transfer)
    if (transfer === undefined) return { code: 'not_found' }
    if (command.kind === 'reverse') return this.#reverse(transfer, command.body.id)
    return this.#settle(transfer, command)
  }

  /** On a copy of everything, which takes the place of the original if no item was refused. */
  #batch({ body: { mode, items } }: Of<'batch'>): Outcome {
    if (mode === 'independent') return { items: items.map((body) => this.#item(body)) }
    const before = this.#state
    this.#state = copyOf(before)
    const answers: Outcome[] = []
    for (const [item, body] of items.entries()) {
      const answer = this.#item(body)
      if (isRefusal(answer)) {
        this.#state = before
        return { code: answer.code, item }
      }
      answers.push(answer)
    }
    return { items: answers }
  }

  #item(body: TransferAsked): Outcome {
    const command = { kind: 'transfer', body } as const
    return this.#byId(command)?.outcome ?? this.#decideNew(command)
  }

  #transfer(asked: TransferAsked): Outcome {
    const { id, postings, pending, expires_in } = asked
    const names = namesIn(postings)
    if (names.some((name) => this.#account(name).closed)) return { code: 'account_closed' }
    if (!isGuarded(asked, (name) => this.#account(name))) return { code: 'guard_failed' }
    const code = this.#move(postings, pending ? 'held' : 'posted')
    if (code !== undefined) return { code }
    const state = pending ? 'pending' : 'posted'
    const expiresAt = expires_in === undefined ? Number.POSITIVE_INFINITY : this.#now + expires_in * 1_000
    return this.#keep({ state, id, postings, balances: this.#told(names) }, postings, false, expiresAt)
  }

  #reverse(transfer: Transfer, id: string | undefined): Outcome {
    if (transfer.state !== 'posted') return { code: 'transfer_not_posted' }
    if (transfer.isReversed || transfer.isReversal) return { code: 'already_reversed' }
    const postings = transfer.moved.map(({ from, to, ...rest }) => ({ from: to, to: from, ...rest })).reverse()
    if (namesIn(postings).some((name) => this.#account(name).closed)) return { code: 'account_closed' }
    const code = this.#move(postings, 'posted')
    if (code !== undefined) return { code }
    transfer.isReversed = true
    return this.#keep({ state: 'posted', id, postings, balances: this.#told(namesIn(postings)) }, postings, true)
  }

  #settle(hold: Transfer, command: Of<'post'> | Of<'void'>): Outcome {
    if (hold.state !== 'pending') return { code: whyNotPending(hold) }
    const { postings, told: toldFirst } = hold
    if (command.kind === 'post') {
      const { amount } = command.body
      if (exceedsPending(amount, postings)) return { code: 'post_exceeds_pending' }
      if (namesIn(postings).some((name) => this.#account(name).closed)) return { code: 'account_closed' }
      hold.moved = postings.map((posting) => ({ ...posting, amount: amount ?? posting.amount }))
      const code = this.#change([
        ...postings.map((posting) => ({ ...posting, how: 'released' as const })),
        ...hold.moved.map((posting) => ({ ...posting, how: 'posted' as const })),
      ])
      if (code !== undefined) return { code }
      hold.state = 'posted'
    } else this.#release(hold, 'voided')
    return { state: hold.state, id: toldFirst.id, postings, balances: this.#told(namesIn(postings)) }
  }

  #release(hold: Transfer, state: 'voided' | 'expired'): void {
    this.#move(hold.postings, 'released')
    hold.state = state
  }

  #settings({ account, replace, body, ifMatch }: Of<'settings'>): Outcome {
    const notes = this.#state.notes.get(account) ?? { revision: 0, metadata: {} }
    if (ifMatch !== undefined && ifMatch !== notes.revision) return { code: 'precondition_failed' }
    const name = `${account} ${body.asset}`
    const before = this.#account(name)
    const base = replace ? { ...before, min: null, max: null, closed: false } : before
    const after: Account = {
      ...base,
      min: limit(body.min_balance, base.min),
      max: limit(body.max_balance, base.max),
      closed: body.closed ?? base.closed,
      version: before.version + 1,
    }
    const members = { ...(replace ? {} : notes.metadata), ...body.metadata }
    const metadata = Object.fromEntries(
      Object.entries(members).filter((member): member is [string, string] => member[1] !== null),
    )
    this.#state.accounts.set(name, after)
    this.#state.notes.set(account, { revision: notes.revision + 1, metadata })
    return { settings: settingsTold(after), metadata, balance: told(after) }
  }

  #move(postings: readonly PostingAsked[], how: How): string | undefined {
    return this.#change(postings.map((posting) => ({ ...posting, how })))
  }

  /** All of it, or none and the reason. */
  #change(moves: readonly Move[]): string | undefined {
    const changed = changedBy(moves, (name) => this.#account(name))
    const pairs = [...changed].map(([name, after]) => [this.#account(name), after] as const)
    const code = whyNot(pairs)
    if (code !== undefined && !moves.every(({ how }) => how === 'released')) return code
    for (const [name, after] of changed) this.#state.accounts.set(name, { ...after, version: after.version + 1 })
    return undefined
  }

  #keep(
    toldNow: TransferTold,
    moved: readonly PostingAsked[],
    isReversal: boolean,
    expiresAt = Number.POSITIVE_INFINITY,
  ): Outcome {
    const { state, postings } = toldNow
    this.#state.transfers.push({ told: toldNow, postings, moved, state, isReversal, expiresAt, isReversed: false })
    return toldNow
  }

  #find(id: string): Transfer | undefined {
    return this.#state.transfers.find(({ told: { id: own } }) => own === id)
  }

  #account(name: string): Account {
    return this.#state.accounts.get(name) ?? none()
  }

  #told(names: readonly string[]): Record<string, BalanceTold> {
    return Object.fromEntries(names.map((name) => [name, told(this.#account(name))]))
  }
}
