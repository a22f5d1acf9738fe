// The account lists as the server's thread sees them: nobody builds them until somebody asks, then they follow the archive.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Conversation } from '../worker/worker-client.ts'
import type { AccountBuilder } from './account-builder.ts'
import type {
  AccountListPlace,
  AccountListQuery,
  AccountLists,
  AccountSumQuery,
  AccountsRead,
  SumsRead,
} from './account-lists.ts'
import type { SumPart } from './account-search.ts'
import { addTo, inOrder, isBalanced, type Sums } from './account-sums.ts'

/** Milliseconds between two looks for what the archive has more, while nobody waits for it. */
const followPause = 1_000

export interface FollowedSource {
  /** How far the archive goes. */
  readonly committed: () => Seq
  /** Asked for when there is something to build; throws while the archive is not open. */
  readonly start: () => Conversation<AccountBuilder>
  /** Whether an earlier run has built something. */
  readonly isBegun: () => boolean
  readonly schedule: (callback: () => void, milliseconds: number) => void
}

interface Waiting {
  readonly seq: Seq
  readonly told: (failure?: Error) => void
}

export class FollowedAccounts implements AccountLists {
  readonly #source: FollowedSource
  readonly #waiting = new Set<Waiting>()
  #builder: Conversation<AccountBuilder> | undefined
  #built: Seq = 0
  #following = false
  #ticking = false
  #building = false
  /** Sums are asked for in parts, all as of one seq: nothing is built in between. */
  #summing = 0

  constructor(source: FollowedSource) {
    this.#source = source
  }

  built(): Seq {
    return this.#built
  }

  onceBuilt(seq: Seq, told: (failure?: Error) => void): () => void {
    const waiting = { seq, told }
    if (this.#builder !== undefined && seq <= this.#built) told()
    else {
      this.#waiting.add(waiting)
      this.#begin()
    }
    return () => void this.#waiting.delete(waiting)
  }

  follow(): void {
    if (this.#source.isBegun()) this.#begin()
  }

  /** The archive goes further now. Costs nothing where nobody waits. */
  committed(): void {
    if (this.#waiting.size > 0) void this.#build()
  }

  async list(query: AccountListQuery): Promise<AccountsRead | undefined> {
    const read = await this.#conversation().ask('list', query)
    if (read === undefined) this.#begunAnew()
    return read
  }

  async sum(query: AccountSumQuery): Promise<SumsRead | undefined> {
    this.#summing += 1
    try {
      const read = await this.#sumOfParts(query)
      if (read !== undefined && (query.prefix !== '' || read.sums.every(isBalanced))) return read
      // Rows are missing, however whole the others are.
      if (read !== undefined) await this.#conversation().ask('beginAnew')
      this.#begunAnew()
      return undefined
    } finally {
      this.#summing -= 1
      void this.#build()
    }
  }

  /** Waits for what is under way. The next question starts all of it again. */
  async close(): Promise<void> {
    const builder = this.#builder
    this.#following = false
    try {
      await builder?.ask('close')
    } catch {
      // It has failed before, and everybody who waited was told: nothing but what is derived can be lost.
    }
    this.#builder = undefined
    this.#built = 0
    await builder?.end()
  }

  async #sumOfParts(query: AccountSumQuery): Promise<SumsRead | undefined> {
    const sums: Sums = new Map()
    let after: AccountListPlace | null = null
    let seq: Seq | undefined
    while (true) {
      const part: (SumPart & { readonly seq: Seq }) | undefined = await this.#conversation().ask('sum', query, after)
      if (part === undefined) return undefined
      seq ??= part.seq
      if (part.seq !== seq) throw new Error('the parts of a sum are not as of the same seq')
      for (const sum of part.sums) addTo(sums, sum.asset, sum, sum.accounts)
      if (part.next === null) return { seq, sums: inOrder(sums) }
      after = part.next
    }
  }

  #begin(): void {
    this.#following = true
    void this.#build()
    this.#tick()
  }

  #tick(): void {
    if (this.#ticking) return
    this.#ticking = true
    this.#source.schedule(() => {
      this.#ticking = false
      if (!this.#following) return
      void this.#build()
      this.#tick()
    }, followPause)
  }

  /** One portion after the other until the lists go as far as the archive. Never rejects. */
  async #build(): Promise<void> {
    if (this.#building || !this.#following || this.#summing > 0) return
    this.#building = true
    try {
      let before: Seq
      do {
        before = this.#built
        this.#reach(await this.#conversation().ask('advance'))
        // Without progress the lists were found damaged: to try that again at once could go on for ever.
      } while (this.#built > before && this.#isBehind())
    } catch (error) {
      this.#fail(error as Error)
    } finally {
      this.#building = false
    }
  }

  #isBehind(): boolean {
    return this.#following && this.#summing === 0 && this.#built < this.#source.committed()
  }

  #reach(seq: Seq): void {
    this.#built = seq
    for (const waiting of this.#waiting) {
      if (waiting.seq > seq) continue
      this.#waiting.delete(waiting)
      waiting.told()
    }
  }

  /** What failed once might do so each second: it is tried again when somebody asks. */
  #fail(error: Error): void {
    const failed = this.#builder
    this.#following = false
    this.#builder = undefined
    this.#built = 0
    void failed?.end()
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const { told } of waiting) told(error)
  }

  #begunAnew(): void {
    this.#built = 0
    this.#begin()
  }

  #conversation(): Conversation<AccountBuilder> {
    this.#builder ??= this.#source.start()
    return this.#builder
  }
}
