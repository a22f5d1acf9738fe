// What the stress run will do, as a function of its seed.

import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import { zipfFrom } from '../harness/zipf.ts'

/** `v1` is the API of today; `origin` the two endpoints that Surety keeps byte for byte. */
export type Door = 'v1' | 'origin'

export type Operation =
  | {
      readonly kind: 'transfer'
      readonly door: Door
      readonly from: string
      readonly to: string
      readonly amount: bigint
    }
  | { readonly kind: 'refused'; readonly from: string; readonly to: string; readonly amount: bigint }
  | { readonly kind: 'read'; readonly door: Door; readonly account: string }

export interface PlanOptions {
  /** Transfers, the refused ones included. */
  readonly count: number
  readonly users: number
  readonly seed: number
  readonly zipf: number
  /** The share of balance reads among all requests. */
  readonly reads: number
  /** The share of transfers that must be refused. */
  readonly refused: number
}

const originShare = 0.1
const largestAmount = 1_000

/** An account that holds as little as an account can, so that whatever it gives is refused as balance_overflow. */
export const abyss = 'abyss'
const summit = 'summit'
const farthest = 2n ** 127n - 1n

/** Digs the abyss; to be done before the plan, if the plan has transfers that must be refused. */
export const digging: Operation = { kind: 'transfer', door: 'v1', from: abyss, to: summit, amount: farthest }

/** All accounts that the plan may touch. */
export function accountsOf({ users, refused }: PlanOptions): readonly string[] {
  const names = Array.from({ length: users }, (_, index) => userName(index))
  return refused > 0 ? [...names, abyss, summit] : names
}

function userName(index: number): string {
  return `user${index + 1}`
}

/** Transfers with reads between them. From and to are drawn apart, so some go from an account to itself. */
export function* planned(options: PlanOptions): Generator<Operation, undefined> {
  const random = randomFrom(options.seed)
  const draw = zipfFrom(random, options.users, options.zipf)
  const user = () => userName(draw())
  for (let made = 0; made < options.count; made++) {
    while (random() < options.reads) yield { kind: 'read', door: drawnDoor(random), account: user() }
    const [from, to, amount] = [user(), user(), BigInt(wholeNumber(random, 1, largestAmount))]
    if (random() < options.refused) yield { kind: 'refused', from: abyss, to, amount }
    else yield { kind: 'transfer', door: drawnDoor(random), from, to, amount }
  }
}

function drawnDoor(random: Random): Door {
  return random() < originShare ? 'origin' : 'v1'
}
