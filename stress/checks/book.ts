// The second ledger: so simple that one sees that it is right, and kept apart from the server's code on purpose.

/** What an account holds after a transfer, in minor units, and how many transfers changed it. */
export interface Line {
  /** The transfer that left it so; 0 for the line that opens the account. */
  readonly seq: number
  readonly posted: bigint
  readonly version: number
}

const unused: Line = { seq: 0, posted: 0n, version: 0 }

export class Book {
  readonly #pages = new Map<string, Line[]>()

  /** Begins an account at what it held before the run. */
  open(account: string, posted: bigint, version: number): void {
    this.#pages.set(account, [{ seq: 0, posted, version }])
  }

  /** Transfers are entered in the order of their seq. A transfer from an account to itself changes nothing. */
  enter(seq: number, from: string, to: string, amount: bigint): void {
    if (from === to) return
    this.#change(seq, from, -amount)
    this.#change(seq, to, amount)
  }

  latest(account: string): Line {
    return this.#pages.get(account)?.at(-1) ?? unused
  }

  /** Every line that was the account's latest at some moment from `first` through `last`. */
  linesWithin(account: string, first: number, last: number): readonly Line[] {
    const page = this.#pages.get(account) ?? [unused]
    return page.slice(Math.max(0, lineAfter(page, first) - 1), lineAfter(page, last))
  }

  accounts(): readonly string[] {
    return [...this.#pages.keys()]
  }

  total(): bigint {
    return this.accounts().reduce((sum, account) => sum + this.latest(account).posted, 0n)
  }

  #change(seq: number, account: string, by: bigint): void {
    const { posted, version } = this.latest(account)
    const page = this.#pages.get(account) ?? [unused]
    page.push({ seq, posted: posted + by, version: version + 1 })
    this.#pages.set(account, page)
  }
}

/** The index of the first line with a greater seq, by halving. */
function lineAfter(page: readonly Line[], seq: number): number {
  let low = 0
  let high = page.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((page[middle]?.seq ?? 0) > seq) high = middle
    else low = middle + 1
  }
  return low
}
