// The commands that the two ledgers are both given, and their answers in one form.

export interface PostingAsked {
  readonly from: string
  readonly to: string
  readonly amount: string
  readonly asset: string
}

export interface TransferAsked {
  readonly id?: string
  readonly postings: readonly PostingAsked[]
  readonly pending?: true
  /** Seconds. */
  readonly expires_in?: number
  readonly guard?: Readonly<Record<string, { readonly available_gte?: string; readonly version?: number }>>
}

export interface SettingsAsked {
  readonly asset: string
  readonly min_balance?: string | null
  readonly max_balance?: string | null
  readonly closed?: boolean
  readonly metadata?: Readonly<Record<string, string | null>>
}

export type Command = { readonly key?: string } & (
  | { readonly kind: 'transfer'; readonly body: TransferAsked }
  | { readonly kind: 'post'; readonly transfer: string; readonly body: { readonly amount?: string } }
  | { readonly kind: 'void'; readonly transfer: string; readonly body: Readonly<Record<string, never>> }
  | { readonly kind: 'reverse'; readonly transfer: string; readonly body: { readonly id?: string } }
  | {
      readonly kind: 'settings'
      readonly account: string
      readonly replace: boolean
      readonly body: SettingsAsked
      readonly ifMatch?: number
    }
  | {
      readonly kind: 'batch'
      readonly body: { readonly mode: 'atomic' | 'independent'; readonly items: readonly TransferAsked[] }
    }
)

export interface BalanceTold {
  readonly posted: string
  readonly pending_in: string
  readonly pending_out: string
  readonly version: number
}

export type Outcome =
  | { readonly code: string; readonly item?: number }
  | {
      readonly state: string
      /** Undefined where the server makes it and the answer has not been read yet. */
      id: string | undefined
      readonly postings: readonly PostingAsked[]
      /** By `account asset`. */
      readonly balances: Readonly<Record<string, BalanceTold>>
    }
  | {
      readonly settings: Omit<SettingsAsked, 'asset' | 'metadata'>
      readonly metadata: Readonly<Record<string, string>>
      readonly balance: BalanceTold
    }
  | { readonly items: readonly Outcome[] }

/** The same text for the same request, whatever the order of the ids in it: it is built in one place only. */
export function fingerprint({ key: _key, ...rest }: Command): string {
  return JSON.stringify(rest)
}
