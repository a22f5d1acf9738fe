// A file as the rules see it: its text, its tokens without comments, and what it imports.

import { posix } from 'node:path'
import { SyntaxKind } from 'typescript/unstable/ast'
import { createScanner } from 'typescript/unstable/ast/scanner'

export interface Token {
  readonly kind: SyntaxKind
  /** As written; of a string, without its quotes. */
  readonly text: string
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly tokens: readonly Token[]
  /** The files that it imports, each a path from the root. */
  readonly imports: readonly string[]
  /** The packages that it imports, such as `node:fs` or `@hono/node-server`; `import()` where the target is computed. */
  readonly packages: readonly string[]
  /** The tokens that are no part of an import or a re-export. */
  readonly body: readonly Token[]
}

export function sourceFile(path: string, text: string): SourceFile {
  const tokens = tokensOf(text)
  const statements = importStatements(tokens)
  const body = tokens.filter((_, index) => !statements.some(({ from, through }) => index >= from && index <= through))
  const targets = [...statements.flatMap(({ target }) => target ?? []), ...dynamicImports(tokens)]
  const imports = targets.filter(isRelative).map((target) => posix.join(posix.dirname(path), target))
  const packages = targets.filter((target) => !isRelative(target)).map(packageOf)
  return { path, text, tokens, imports, packages, body }
}

function isRelative(target: string): boolean {
  return target.startsWith('.')
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

interface ImportStatement {
  readonly from: number
  readonly through: number
  /** Undefined for `export { local }`. */
  readonly target: string | undefined
}

function importStatements(tokens: readonly Token[]): ImportStatement[] {
  const statements: ImportStatement[] = []
  for (let index = 0; index < tokens.length; index++) {
    const through = endOfImport(tokens, index)
    if (through === undefined) continue
    const last = tokens[through]
    statements.push({ from: index, through, target: last?.kind === SyntaxKind.StringLiteral ? last.text : undefined })
    index = through
  }
  return statements
}

/** Where the statement that begins at `start` ends, if it is an import or a re-export. */
function endOfImport(tokens: readonly Token[], start: number): number | undefined {
  const word = tokens[start]?.kind
  if (word !== SyntaxKind.ImportKeyword && word !== SyntaxKind.ExportKeyword) return undefined
  let index = start + 1
  if (word === SyntaxKind.ImportKeyword && tokens[index]?.kind === SyntaxKind.StringLiteral) return index
  if (tokens[index]?.kind === SyntaxKind.TypeKeyword && tokens[index + 1]?.kind !== SyntaxKind.FromKeyword) index += 1
  if (word === SyntaxKind.ExportKeyword && !/^[{*]$/.test(tokens[index]?.text ?? '')) return undefined
  // Names, braces, commas and `as`, up to `from '…'`; anything else is a declaration or a call.
  while (index < tokens.length && isNameOrPunctuation(tokens[index])) {
    if (tokens[index]?.kind === SyntaxKind.FromKeyword && tokens[index + 1]?.kind === SyntaxKind.StringLiteral) {
      return index + 1
    }
    if (word === SyntaxKind.ExportKeyword && tokens[index]?.kind === SyntaxKind.CloseBraceToken) {
      return tokens[index + 1]?.kind === SyntaxKind.FromKeyword ? index + 2 : index
    }
    index += 1
  }
  return undefined
}

function isNameOrPunctuation(token: Token | undefined): boolean {
  if (token === undefined) return false
  return ['{', '}', ',', '*'].includes(token.text) || /^[\p{ID_Start}$_]/u.test(token.text)
}

function dynamicImports(tokens: readonly Token[]): string[] {
  return tokens.flatMap(({ kind }, index) => {
    if (kind !== SyntaxKind.ImportKeyword || tokens[index + 1]?.text !== '(') return []
    const [target, end] = [tokens[index + 2], tokens[index + 3]]
    return target?.kind === SyntaxKind.StringLiteral && end?.text === ')' ? [target.text] : ['import()']
  })
}

/** After these a slash divides; after anything else it begins a regular expression. */
const endsOperand = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.PrivateIdentifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.ThisKeyword,
])

function tokensOf(text: string): Token[] {
  const scanner = createScanner(true, undefined, text)
  const tokens: Token[] = []
  const braces: ('template' | 'block')[] = []
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    const previous = tokens.at(-1)?.kind
    if (isSlash(kind) && (previous === undefined || !endsOperand.has(previous))) kind = scanner.reScanSlashToken()
    // A `}` that closes a template's `${` goes on with the template's text.
    if (kind === SyntaxKind.OpenBraceToken) braces.push('block')
    if (kind === SyntaxKind.TemplateHead) braces.push('template')
    if (kind === SyntaxKind.CloseBraceToken && braces.at(-1) === 'template') kind = scanner.reScanTemplateToken(false)
    if (kind === SyntaxKind.CloseBraceToken || kind === SyntaxKind.TemplateTail) braces.pop()
    const isString = kind === SyntaxKind.StringLiteral
    tokens.push({ kind, text: isString ? scanner.getTokenValue() : scanner.getTokenText() })
  }
  return tokens
}

function isSlash(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken
}
