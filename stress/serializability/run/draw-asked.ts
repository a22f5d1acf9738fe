// Draws what the workers ask next: commands that meet each other, and reads in between.

import type { Command, TransferAsked } from '../../commands/command.ts'
import { drawCommand } from '../../commands/draw.ts'
import type { Random } from '../../harness/random.ts'
import { type Asked, isRead, type Told } from '../history.ts'
import { type BatchPlaces, drawBatch, drawOpen } from './draw-batch.ts'

const assets = ['UNIT', 'USD/2']
const remembered = 64
const namesToDrawFrom = 20_000
/** Of a large batch: all of it would leave nothing else to be posted, voided, reversed. */
const learntOfBatch = 8

/** One piece of the history: its keys and ids are its own. */
export class Draws {
  readonly #random: Random
  readonly #places: BatchPlaces
  readonly #reads: number
  readonly #sharedWithBatches: number
  #drawn = 0
  readonly #sent: Command[] = []
  #transfers: string[] = []
  readonly #revisions: Map<string, number>

  /**
   * `reads` is their share; `sharedWithBatches` that of what else goes to the accounts of large batches. `revisions` of the
   * accounts' metadata are as far as was told.
   */
  constructor(
    random: Random,
    places: BatchPlaces,
    shares: { readonly reads: number; readonly sharedWithBatches: number },
    revisions: Map<string, number>,
  ) {
    this.#random = random
    this.#places = places
    this.#reads = shares.reads
    this.#sharedWithBatches = shares.sharedWithBatches
    this.#revisions = revisions
  }

  next(): Asked {
    const { open, limited, prefix } = this.#places
    const isShared = this.#random() < this.#sharedWithBatches
    if (this.#random() < this.#reads) return this.#read(isShared ? open : limited)
    if (isShared && this.#random() < 0.5) return this.#single()
    const places = {
      accounts: limited,
      prefix,
      names: namesToDrawFrom,
      keyed: true,
      expiries: [],
    }
    const known = {
      sent: this.#sent,
      transfers: this.#transfers,
      revisionOf: (account: string) => this.#revisions.get(account) ?? 0,
    }
    const command = withoutItemIds(drawCommand(this.#random, known, places))
    this.#sent.push(command)
    return command
  }

  nextBatch(): Asked {
    return drawBatch(this.#random, this.#places, this.#drawn++)
  }

  #single(): Command {
    const name = `${this.#places.prefix}open${this.#drawn++}`
    const body = drawOpen(this.#random, this.#places, this.#random() < 0.3 ? name : undefined)
    return { kind: 'transfer', key: name, body }
  }

  /** What an answer tells is there to be posted, voided, reversed, read. */
  learn(asked: Asked, { parts, status }: Told): void {
    if (isRead(asked) || status >= 400) return
    if (asked.kind === 'settings') this.#revisions.set(asked.account, (this.#revisions.get(asked.account) ?? 0) + 1)
    for (const { id } of parts.slice(-learntOfBatch)) if (id !== undefined) this.#transfers.push(id)
    if (this.#transfers.length > 2 * remembered) this.#transfers = this.#transfers.slice(-remembered)
  }

  #read(accounts: readonly string[]): Asked {
    const [dice, account, asset] = [this.#random(), this.#pick(accounts), this.#pick(assets)]
    const transfer = this.#pick(this.#transfers)
    if (dice < 0.2 && transfer !== '') return { kind: 'look-up', transfer }
    return dice < 0.4 ? { kind: 'account', account, asset } : { kind: 'balance', name: `${account} ${asset}` }
  }

  #pick(items: readonly string[]): string {
    return items[Math.floor(this.#random() * items.length)] ?? ''
  }
}

/** A refused item does not tell its seq; who took its id, and when, could not be told. */
export function withoutItemIds(command: Command): Command {
  if (command.kind !== 'batch' || command.body.mode !== 'independent') return command
  const items = command.body.items.map(({ id: _id, ...rest }): TransferAsked => rest)
  return { ...command, body: { ...command.body, items } }
}
