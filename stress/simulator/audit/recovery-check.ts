// What a start has made of the disk: all that was durable, nothing that nobody wrote, and the state that follows from it.

import { decodeAccount } from '../../../actors/contracts/account.ts'
import type { Recovered } from '../../../actors/state-storage/recovery.ts'
import { demand, type Tape } from './tape.ts'

/** Facts whose names are looked up at each start: the last ones, which crashes meet. */
const lookedUp = 20

/** Throws Wrong. */
export function checkRecovered({ head, map, index }: Recovered, tape: Tape): void {
  demand(head.seq === tape.seq, () => `the ledger begins again at seq ${head.seq}, but ${tape.seq} was durable`)
  demand(head.hash === tape.head?.hash, () => `the ledger begins again with another record at seq ${head.seq}`)
  demand(
    map.size === tape.values.size,
    () => `the map holds ${map.size} keys, the journal's writes ${tape.values.size}`,
  )
  for (const [key, value] of tape.values) {
    const found = map.get(key)
    demand(found === value, () => `${key} is ${found}, but replaying the journal makes it ${value}`)
  }
  for (let seq = Math.max(1, tape.seq - lookedUp); seq <= tape.seq; seq++) {
    const names = tape.facts(seq).flatMap(({ ids = [] }) => ids)
    for (const name of names) demand(index.candidates(name).includes(seq), () => `${name} of seq ${seq} is not known`)
  }
  checkConservation(tape)
}

/** What is posted sums up to zero in each asset, and what is held for somebody is held from somebody. */
export function checkConservation({ values }: Pick<Tape, 'values'>): void {
  const sums = new Map<string, { posted: bigint; held: bigint }>()
  for (const [key, value] of values) {
    if (!key.startsWith('account/')) continue
    const asset = key.slice('account/'.length, key.lastIndexOf('/'))
    const { posted, held } = sums.get(asset) ?? { posted: 0n, held: 0n }
    const account = decodeAccount(value)
    sums.set(asset, { posted: posted + account.posted, held: held + account.pendingIn - account.pendingOut })
  }
  for (const [asset, { posted, held }] of sums) {
    demand(posted === 0n && held === 0n, () => `${asset} does not sum up to zero: ${posted} posted, ${held} held`)
  }
}
