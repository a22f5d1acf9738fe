// How deep and how wide a JSON text may be, counted before anything is made of it.

const deepest = 64
const mostMembers = 256
/** Twice what the longest list that is taken holds: that one too many is told by what it is a list of. */
const mostElements = 16_384
/** Sixty-five brackets and their ends: no shorter text can break a limit, and most requests are shorter. */
const shortest = 2 * (deepest + 1)

const quote = 0x22
const comma = 0x2c
const openList = 0x5b
const backslash = 0x5c
const closeList = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** Of a text that is JSON; of another it may say anything. Each member too many would be made, judged and told by itself. */
export function isWithinLimits(text: string): boolean {
  return text.length < shortest || isCountedWithin(text)
}

function isCountedWithin(text: string): boolean {
  /** For each level how many more commas it may hold. */
  const left: number[] = []
  for (let place = 0; place < text.length; place++) {
    switch (text.charCodeAt(place)) {
      case quote:
        place = endOfString(text, place)
        break
      case comma: {
        const more = (left.at(-1) ?? 1) - 1
        if (more === 0) return false
        left[left.length - 1] = more
        break
      }
      case openList:
      case openObject:
        if (left.length === deepest) return false
        left.push(text.charCodeAt(place) === openList ? mostElements : mostMembers)
        break
      case closeList:
      case closeObject:
        left.pop()
    }
  }
  return true
}

/** Where its closing quote stands; the end of the text if it has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end
    while (text.charCodeAt(first - 1) === backslash) first -= 1
    if ((end - first) % 2 === 0) return end
  }
  return text.length
}

export const limitsInWords = `${deepest} levels, ${mostMembers} members an object, ${mostElements} elements a list`
