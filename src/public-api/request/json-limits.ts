// How deep and how wide JSON may be: each member too many would be judged, and told, by itself.

const deepest = 64
const mostMembers = 256
/** Twice what the longest list that is taken holds: one too many of those is told by what it is a list of. */
const mostElements = 16_384

/** No shorter text can break a limit: sixty-five brackets and their ends. Most requests are shorter. */
export const shortestBeyondLimits = 2 * (deepest + 1)

export const limitsInWords = `${deepest} levels, ${mostMembers} members an object, ${mostElements} elements a list`

/** Of what JSON.parse made, which goes by no recursion: there it costs a tenth of what counting in the text does. */
export function isWithinLimits(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  return Array.isArray(value) ? isShortList(value, levels - 1) : isSmallObject(value, levels - 1)
}

function isShortList(list: readonly unknown[], levels: number): boolean {
  if (list.length > mostElements) return false
  for (const element of list) if (!isWithinLimits(element, levels)) return false
  return true
}

function isSmallObject(object: object, levels: number): boolean {
  let members = 0
  for (const name in object) {
    members += 1
    if (members > mostMembers || !isWithinLimits((object as Record<string, unknown>)[name], levels)) return false
  }
  return true
}
