// Command line flags with their defaults and meanings in one table, from which the help comes, too.

import { parseArgs } from 'node:util'

export interface Flag<Value> {
  /** What stands after the flag in the help; undefined for a switch. */
  readonly takes: string | undefined
  readonly preset: Value
  readonly means: string
  /** Throws BadFlag for a text that it does not take. */
  read(text: string, name: string): Value
}

type Flags = Readonly<Record<string, Flag<unknown>>>
export type Values<Table extends Flags> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never
}

/** Not a failure of what is tested but of who asked: exit 2. */
export class BadFlag extends Error {
  override readonly name = 'BadFlag'
}

/** A whole number of at least `least`. */
export function whole(takes: string, preset: number, means: string, least = 1): Flag<number> {
  return number(takes, preset, means, (value) => Number.isSafeInteger(value) && value >= least)
}

/** A share, from 0 to less than 1. */
export function share(preset: number, means: string): Flag<number> {
  return number('SHARE', preset, means, (value) => value >= 0 && value < 1)
}

/** A number of at least 0. */
export function measure(takes: string, preset: number, means: string): Flag<number> {
  return number(takes, preset, means, (value) => value >= 0 && Number.isFinite(value))
}

export function text<Preset extends string | undefined>(
  takes: string,
  preset: Preset,
  means: string,
): Flag<string | Preset> {
  return { takes, preset, means, read: (value) => value }
}

export function toggle(means: string): Flag<boolean> {
  return { takes: undefined, preset: false, means, read: () => true }
}

/** Throws BadFlag, with a hint, for a flag that is not in the table or a value that it does not take. */
export function readFlags<Table extends Flags>(table: Table, given: readonly string[]): Values<Table> {
  const options = Object.fromEntries(
    Object.entries(table).map(
      ([name, flag]) => [name, { type: flag.takes === undefined ? 'boolean' : 'string' }] as const,
    ),
  )
  const { tokens } = parseArgs({ args: [...given], options, strict: false, tokens: true })
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(table).map(([name, flag]) => [name, flag.preset]),
  )
  for (const token of tokens) {
    if (token.kind !== 'option') throw new BadFlag(`nothing but flags is understood. ${knownFlags(table)}`)
    const flag = Object.hasOwn(table, token.name) ? table[token.name] : undefined
    if (flag === undefined) throw new BadFlag(`unknown flag ${token.rawName}. ${knownFlags(table)}`)
    if (flag.takes === undefined && token.value !== undefined) throw new BadFlag(`${token.rawName} takes no value`)
    if (flag.takes !== undefined && token.value === undefined) throw new BadFlag(`${token.rawName} needs ${flag.takes}`)
    values[token.name] = flag.read(token.value ?? '', token.name)
  }
  return values as Values<Table>
}

export function helpOf(usage: string, table: Flags): string {
  const lines = Object.entries(table).map(([name, { takes, preset, means }]) => {
    const left = `--${name}${takes === undefined ? '' : ` ${takes}`}`
    return `  ${left.padEnd(24)}${means}${takes === undefined || preset === undefined ? '' : ` (${preset})`}`
  })
  return [usage, '', ...lines].join('\n')
}

function number(takes: string, preset: number, means: string, allows: (value: number) => boolean): Flag<number> {
  return {
    takes,
    preset,
    means,
    read(value, name) {
      if (value.trim() === '' || !allows(Number(value)))
        throw new BadFlag(`--${name} does not take '${value}': ${means}`)
      return Number(value)
    },
  }
}

function knownFlags(table: Flags): string {
  return `Known: ${Object.keys(table)
    .map((name) => `--${name}`)
    .join(' ')}`
}
