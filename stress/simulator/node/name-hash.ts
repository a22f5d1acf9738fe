// The hash of names for the id index: cheap, and as weak as a world wants it, so that names collide.

import type { IdHash } from '../../../actors/state-storage/id-index.ts'

/** `bits`: those above are always 0. */
export function nameHash(bits: number): IdHash {
  const highMask = bits > 32 ? maskOf(bits - 32) : 0
  const lowMask = maskOf(Math.min(bits, 32))
  return (name) => {
    let high = 0x811c9dc5
    let low = 0x9747b28c
    for (let index = 0; index < name.length; index++) {
      const unit = name.charCodeAt(index)
      high = Math.imul(high ^ unit, 0x01000193)
      low = Math.imul(low ^ unit, 0x85ebca6b) ^ (low >>> 15)
    }
    return [(high & highMask) >>> 0, (low & lowMask) >>> 0]
  }
}

function maskOf(bits: number): number {
  return bits >= 32 ? -1 : 2 ** bits - 1
}
