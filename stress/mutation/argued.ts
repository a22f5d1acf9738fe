// The survivors that are argued, one a line, in a page of the documentation: it is read here, and written by people.

import type { Mutant } from './report.ts'

export interface Argued extends Mutant {
  /** `equivalent`: it means the same as the code. `accepted`: it does not, and a spec that sees it is not worth having. */
  readonly verdict: 'equivalent' | 'accepted'
  readonly why: string
}

export class BadArgument extends Error {
  override readonly name = 'BadArgument'
}

const heading = /^### `([^`]+)`$/
const item = /^- (\w+) (`{1,2}) ?(.+?) ?\2 → (`{1,2}) ?(.+?) ?\4: (equivalent|accepted), (\S.+)$/
const nothing = '∅'

/** Headings of level three name files; the list items below them argue one mutant each. Throws BadArgument. */
export function arguedIn(page: string): Argued[] {
  let file: string | undefined
  const found: Argued[] = []
  for (const line of page.split('\n')) {
    if (line.startsWith('#')) file = heading.exec(line)?.[1]
    if (file !== undefined && line.startsWith('- ')) found.push(argued(file, line))
  }
  return found
}

function argued(file: string, line: string): Argued {
  const [, mutator, , original, , replacement, verdict, why] = item.exec(line) ?? []
  if (mutator === undefined || original === undefined || replacement === undefined || why === undefined) {
    throw new BadArgument(`not understood, below ${file}: ${line}`)
  }
  return {
    file,
    mutator,
    original,
    replacement: replacement === nothing ? '' : replacement,
    verdict: verdict === 'equivalent' ? 'equivalent' : 'accepted',
    why,
  }
}

/** The line that argues a mutant, but for the argument. */
export function lineToArgue({ mutator, original, replacement }: Mutant): string {
  return `- ${mutator} ${quoted(original)} → ${quoted(replacement === '' ? nothing : replacement)}: `
}

function quoted(code: string): string {
  return code.includes('`') ? `\`\` ${code} \`\`` : `\`${code}\``
}
