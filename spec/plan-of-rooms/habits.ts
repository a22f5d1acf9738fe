// The habits that every file keeps: its name, its first line, its size, and what the inside may not touch.

import { posix } from 'node:path'
import { SyntaxKind } from 'typescript/unstable/ast'
import type { SourceFile } from './source-file.ts'

/** What has more lines is two files. */
export const mostLines = 250

/** Clock, chance, network, console and process: they come through ports, so that a simulator can take their place. */
const outside = new Set(
  `Date Temporal performance crypto Intl console process globalThis navigator fetch WebSocket setTimeout setInterval
   setImmediate queueMicrotask Worker Buffer require`.split(/\s+/),
)

export function habitFindings(file: SourceFile): string[] {
  const findings = [
    ...name(file),
    ...firstLine(file),
    ...size(file),
    ...barrel(file),
    ...anyType(file),
    ...onlyOrSkip(file),
    ...reachingOutside(file),
    ...changingTheMap(file),
  ]
  return findings.map((finding) => `${file.path}: ${finding}`)
}

function name({ path }: SourceFile): string[] {
  const [base = '', ...extension] = posix.basename(path).split('.')
  const findings: string[] = []
  if (!posix.dirname(path).split('/').concat(base).every(isKebabCase)) findings.push('its name is not kebab-case')
  if (['index', 'types', 'utils', 'util', 'helpers', 'common'].includes(base)) findings.push(`'${base}' names no room`)
  if (!['ts', 'spec.ts'].includes(extension.join('.')) && path !== 'src/launch.js') findings.push('is not TypeScript')
  return findings
}

function isKebabCase(part: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)
}

function firstLine({ text }: SourceFile): string[] {
  const [first = '', second = ''] = text.split('\n', 2)
  return /^\/\/ \S/.test(first.startsWith('#!') ? second : first) ? [] : ['does not begin by saying what it is for']
}

function size({ text }: SourceFile): string[] {
  const lines = text.trimEnd().split('\n').length
  return lines > mostLines ? [`has ${lines} lines, more than ${mostLines}`] : []
}

function barrel({ tokens, body }: SourceFile): string[] {
  return tokens.length > 0 && body.length === 0 ? ['only passes on what others export'] : []
}

function anyType({ tokens }: SourceFile): string[] {
  const found = tokens.some(({ kind }, index) => kind === SyntaxKind.AnyKeyword && tokens[index - 1]?.text !== '.')
  return found ? ["says 'any'"] : []
}

function onlyOrSkip({ tokens }: SourceFile): string[] {
  return tokens.flatMap(({ text }, index) => {
    const called = ['only', 'skip'].includes(text) && tokens[index - 1]?.text === '.'
    const suite = ['describe', 'it', 'context', 'specify'].includes(tokens[index - 2]?.text ?? '')
    return called && suite ? [`leaves specs out with .${text}`] : []
  })
}

function reachingOutside({ path, tokens }: SourceFile): string[] {
  if (!path.startsWith('actors/')) return []
  return tokens.flatMap(({ kind, text }, index) => {
    const [before, after] = [tokens[index - 1]?.text, tokens[index + 1]?.text]
    if (text === 'Math' && after === '.' && tokens[index + 2]?.text === 'random') return ['reaches for Math.random']
    if (kind !== SyntaxKind.Identifier && kind !== SyntaxKind.RequireKeyword) return []
    // `processor.process(…)` and `process(request) {` are a port's own names; the global is never called.
    if (!outside.has(text) || before === '.' || (text === 'process' && after === '(')) return []
    return [`reaches for ${text}`]
  })
}

/** Whoever holds the map could change it: only StateStorage, after the journal, and recovery, from it, may. */
function changingTheMap({ path, tokens }: SourceFile): string[] {
  if (!/^(actors|src)\//.test(path) || path === 'actors/state-storage/state-map.ts') return []
  const writers = ['actors/state-storage/state-storage.ts', 'actors/state-storage/recovery.ts']
  return tokens.flatMap(({ text }, index) => {
    const ofTheMap = tokens[index - 1]?.text === '.' && /^#?map$/.test(tokens[index - 2]?.text ?? '')
    if (ofTheMap && /^#?shards$/.test(text)) return ['touches the shards of the map']
    return ofTheMap && text === 'apply' && !writers.includes(path) ? ['changes the map'] : []
  })
}
