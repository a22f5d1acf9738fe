// The values of a journal line as the text that was written, not as what parsing and printing would make of it.

import type { Value } from '../../actors/state-storage/messages.ts'

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * The texts of the `count` values in `"writes":[[key,value],…]`, in order. Parsing and printing would move members with
 * names like `10` to the front, so the text is taken from the line. The line must be JSON already found well-formed;
 * throws an Error if its members do not stand in the order in which they are written.
 *
 * Works on bytes, because a slice of a string keeps the whole string alive, and these values live in the map for years.
 */
export function rawValues(line: Buffer, count: number): Value[] {
  const values: Value[] = []
  let at = afterText(line, endOfValue(line, beginOfTransactions(line)), ',"writes":[')
  while (values.length < count) {
    const value = afterText(line, endOfValue(line, at + 1), ',')
    const end = endOfValue(line, value)
    values.push(line.toString('utf8', value, end))
    at = end + 2 // past the pair's `]` and the comma behind it
  }
  return values
}

function beginOfTransactions(line: Buffer): number {
  const name = ',"transactions":'
  return afterText(line, line.indexOf(name), name)
}

function afterText(line: Buffer, at: number, text: string): number {
  if (line.toString('latin1', Math.max(0, at), at + text.length) !== text)
    throw new Error(`there is no ${text} in its place`)
  return at + text.length
}

/** Where the value that begins at `at` ends: at the comma or bracket behind it. */
function endOfValue(line: Buffer, at: number): number {
  let depth = 0
  for (let index = at; index < line.length; index++) {
    const byte = line[index]
    if (byte === quote) index = endOfString(line, index)
    else if (byte === openBracket || byte === openBrace) depth++
    else if (byte === comma && depth === 0) return index
    else if ((byte === closeBracket || byte === closeBrace) && depth-- === 0) return index
  }
  return line.length
}

function endOfString(line: Buffer, begin: number): number {
  let index = begin + 1
  while (index < line.length && line[index] !== quote) index += line[index] === backslash ? 2 : 1
  return index
}
