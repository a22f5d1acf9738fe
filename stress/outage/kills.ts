// When the server is killed: under load, while it begins a segment, and again while it recovers or rebuilds its archive.

import { watch } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import type { Outages, Round, Trouble } from './outages.ts'

/** A segment that does not come by then does not come under this load: the kill does. */
const segmentWithin_ms = 8_000
/** After the new segment has its name in the mirror: the other copy may still lack it. */
const longestAfterName_ms = 3

export class Kills {
  readonly #outages: Outages
  readonly #folder: string
  readonly #random: Random
  readonly counts = { under_load: 0, at_a_segment: 0, in_recovery: 0, in_rebuild: 0 }

  /** `folder` holds `data` and `mirror`. */
  constructor(outages: Outages, folder: string, seed: number) {
    this.#outages = outages
    this.#folder = folder
    this.#random = randomFrom(seed + 2)
  }

  next(): Round {
    const draw = this.#random()
    if (draw < 0.4) return { trouble: this.#atASegment }
    this.counts.under_load++
    if (draw < 0.55) return { between: () => this.#inRecovery() }
    if (draw < 0.75) return { between: () => this.#inRebuild() }
    return {}
  }

  readonly #atASegment: Trouble = async (server, load) => {
    const isThere = await this.#segmentNamed()
    await delay(wholeNumber(this.#random, 0, longestAfterName_ms))
    load.expectOutage()
    await this.#outages.kill(server)
    if (isThere) this.counts.at_a_segment++
    else this.counts.under_load++
  }

  /** Settles when a file in the mirror is given the name of a segment; false if that does not come. */
  async #segmentNamed(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const watcher = watch(path.join(this.#folder, 'mirror'), (_, name) => {
      if (name?.endsWith('.jsonl') === true) resolve(true)
    })
    const late = setTimeout(() => resolve(false), segmentWithin_ms)
    return promise.finally(() => {
      clearTimeout(late)
      watcher.close()
    })
  }

  async #inRecovery(): Promise<void> {
    this.counts.in_recovery++
    await this.#outages.killStart()
  }

  async #inRebuild(): Promise<void> {
    this.counts.in_rebuild++
    await rm(path.join(this.#folder, 'data', 'archive'), { recursive: true })
    await this.#outages.killStart()
  }
}
