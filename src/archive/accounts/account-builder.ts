// Builds the lists of accounts from the archive's facts and reads them, in a worker of its own: it alone opens their file.

import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq, Transaction } from '../../../actors/state-storage/messages.ts'
import type { ArchivedBody } from '../history/rows.ts'
import { SqliteHistoryRows } from '../history/sqlite-rows.ts'
import { inTransaction, isDamage, openToRead } from '../sqlite/database.ts'
import { loadMeta } from '../sqlite/meta.ts'
import { believing, databaseFile } from '../sqlite/opening.ts'
import { AccountChanges } from './account-changes.ts'
import type { AccountListPlace, AccountListQuery, AccountSumQuery, AccountsRead } from './account-lists.ts'
import { AccountRows } from './account-rows.ts'
import { AccountSearch, type SumPart } from './account-search.ts'
import { type ListsMeta, openLists, removeAccountsFile, saveListsMeta } from './accounts-file.ts'

/** Facts that are taken over at once: a fifth of a second or so, for which nobody else is answered. */
export const portion = 10_000

const lastItem = 0xffff

interface Open {
  readonly archive: DatabaseSync
  readonly facts: SqliteHistoryRows
  readonly lists: DatabaseSync
  readonly rows: AccountRows
  readonly search: AccountSearch
  readonly save: (meta: ListsMeta) => void
  meta: ListsMeta
}

export class AccountBuilder {
  readonly #folder: string
  #opened: Open | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Takes a portion of facts over, if the archive holds more. Returns how far the lists go now. */
  advance(): Seq {
    const open = this.#open()
    const found = believing(this.#folder, () => inTransaction(open.archive, () => nextFacts(open)))
    if (found.length === 0) return open.meta.seq
    this.#guarded(() => {
      const changes = new AccountChanges()
      for (const { body } of found) changes.take(JSON.parse(body) as Transaction)
      const seq = found.at(-1)?.place[0] ?? 0
      const meta = { ...open.meta, seq, digest: digestOf(found.filter(({ place }) => place[0] === seq)) }
      inTransaction(open.lists, () => {
        open.rows.write(changes)
        open.save(meta)
      })
      open.meta = meta
    })
    return this.#opened?.meta.seq ?? 0
  }

  /** Undefined if the lists are damaged: they are removed, and begun anew by the next question. */
  list(query: AccountListQuery): AccountsRead | undefined {
    return this.#guarded((open) => ({ seq: open.meta.seq, ...open.search.list(query) }))
  }

  sum(query: AccountSumQuery, after: AccountListPlace | null): (SumPart & { readonly seq: Seq }) | undefined {
    return this.#guarded((open) => ({ seq: open.meta.seq, ...open.search.sum(query, after) }))
  }

  /** The lists are removed; the next question begins them anew. */
  beginAnew(): void {
    this.close()
    removeAccountsFile(this.#folder)
  }

  close(): void {
    this.#opened?.archive.close()
    this.#opened?.lists.close()
    this.#opened = undefined
  }

  #guarded<Result>(work: (open: Open) => Result): Result | undefined {
    const open = this.#open()
    try {
      return work(open)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.beginAnew()
      return undefined
    }
  }

  #open(): Open {
    this.#opened ??= openBoth(this.#folder)
    return this.#opened
  }
}

function openBoth(folder: string): Open {
  const archive = openToRead(databaseFile(folder))
  const { facts, ledger, seq } = believing(folder, () => {
    return { facts: new SqliteHistoryRows(archive), ...loadMeta(archive) }
  })
  const belongs = (meta: ListsMeta) => {
    if (meta.ledger !== ledger || meta.seq > seq) return false
    return meta.digest === believing(folder, () => digestOf(factsAt(facts, meta.seq)))
  }
  const { database: lists, meta } = openLists(folder, ledger, belongs)
  const [rows, search] = [new AccountRows(lists), new AccountSearch(lists)]
  return { archive, facts, lists, rows, search, save: saveListsMeta(lists), meta }
}

/** Whole seqs only: one that is cut off by the portion's end is left to the next. */
function nextFacts({ archive, facts, meta }: Pick<Open, 'archive' | 'facts' | 'meta'>): readonly ArchivedBody[] {
  const { seq: head } = loadMeta(archive)
  const first = meta.seq + 1
  if (first > head) return []
  const found = facts.facts([first, 0], [head, lastItem], 'asc', portion)
  if (found[0]?.place[0] !== first) throw new ArchiveDamaged(`the archive has lost the fact of seq ${first}`)
  if (found.length < portion) return found
  const cut = found.at(-1)?.place[0]
  const whole = found.filter(({ place }) => place[0] !== cut)
  return whole.length > 0 ? whole : factsAt(facts, first)
}

function factsAt(facts: SqliteHistoryRows, seq: Seq): readonly ArchivedBody[] {
  return seq === 0 ? [] : facts.facts([seq, 0], [seq, lastItem], 'asc', lastItem + 1)
}

function digestOf(facts: readonly ArchivedBody[]): string {
  return facts.length === 0 ? '' : hash('sha256', facts.map(({ body }) => body).join('\n'))
}
