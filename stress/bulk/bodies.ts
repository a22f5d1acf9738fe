// The bodies of the bulk bench, made before the clock runs: transfers between accounts drawn evenly, the same for a seed.

import { randomFrom, wholeNumber } from '../harness/random.ts'

export const modes = ['atomic', 'independent', 'ndjson'] as const
export type BulkMode = (typeof modes)[number]

export interface Workload {
  /** Transfers in a body. */
  readonly size: number
  readonly accounts: number
  readonly seed: number
  /** Whether each transfer has an id of the client's own. */
  readonly ids: boolean
}

/** Makes bodies without end; with ids, no two transfers share one. */
export function bodiesOf({ size, accounts, seed, ids }: Workload): (mode: BulkMode) => Buffer {
  const random = randomFrom(seed)
  const account = () => wholeNumber(random, 0, accounts - 1)
  let made = 0
  const transfer = () => {
    made++
    const id = ids ? `"id":"bulk-${seed}-${made}",` : ''
    return `{${id}"from":"user${account()}","to":"user${account()}","amount":"${wholeNumber(random, 1, 1_000)}"}`
  }
  return (mode) => {
    const items = Array.from({ length: size }, transfer)
    return Buffer.from(mode === 'ndjson' ? `${items.join('\n')}\n` : `{"mode":"${mode}","items":[${items.join(',')}]}`)
  }
}
