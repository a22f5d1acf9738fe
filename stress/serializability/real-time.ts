// What each call must see at least, because it was answered to somebody before the call began.

import type { Call } from './history.ts'

/** The highest seq that had been told before a call began, and by which call. */
export interface Floor {
  readonly seq: number
  readonly toldBy: Call | undefined
}

/** In the order of `calls`. `start` is the seq that was told before all of them. Sorting is all that it costs. */
export function floorsOf(calls: readonly Call[], start: number): readonly Floor[] {
  const answered = calls.filter(({ told }) => told !== undefined).sort((one, other) => one.completed - other.completed)
  const order = calls.map((_, index) => index)
  const invoked = (index: number) => calls[index]?.invoked ?? 0
  order.sort((one, other) => invoked(one) - invoked(other))
  const floors: Floor[] = []
  let floor: Floor = { seq: start, toldBy: undefined }
  let next = 0
  for (const index of order) {
    for (let call = answered[next]; call !== undefined && call.completed < invoked(index); call = answered[++next]) {
      if ((call.told?.ledgerSeq ?? 0) > floor.seq) floor = { seq: call.told?.ledgerSeq ?? 0, toldBy: call }
    }
    floors[index] = floor
  }
  return floors
}
