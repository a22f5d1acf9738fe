// Coverage leaves out the files that hold nothing but types, by a list: this keeps anything else from hiding there.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { sourceFile } from './source-file.ts'

const root = join(import.meta.dirname, '../..')

/** Interfaces and types, also between imports of types, leave nothing to run. */
function isTypesOnly(text: string): boolean {
  const { tokens, body } = sourceFile('types-only.ts', text)
  const statements = /^(const|let|var|function|class|enum|namespace|new|await|if|for|while|throw|return|default)$/
  if (body.some((token) => statements.test(token.text))) return false
  const calls = topLevel(body.map((token) => token.text))
  if (calls.some((word, index) => word === '(' && /^[\w$)\]]/.test(calls[index - 1] ?? ''))) return false
  return !tokens.some((token, index) => token.text === 'import' && !/^(type|\{)$/.test(tokens[index + 1]?.text ?? ''))
}

/** What stands outside of all braces and parentheses, these included. */
function topLevel(words: readonly string[]): string[] {
  let depth = 0
  return words.filter((word) => {
    if (word === '}' || word === ')') depth -= 1
    const shown = depth === 0
    if (word === '{' || word === '(') depth += 1
    return shown
  })
}

const list = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).c8.exclude as string[]

describe('The files that coverage leaves out', () => {
  it('are all those of the actors that hold nothing but types', () => {
    const paths = globSync('actors/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'))
    const typesOnly = paths.filter((path) => isTypesOnly(readFileSync(join(root, path), 'utf8')))
    expect(list).to.have.members(typesOnly)
  })

  for (const path of list) {
    it(`export nothing at run time: ${path}`, async () => {
      expect(Object.keys(await import(join(root, path)))).to.deep.equal([])
    })
  }

  describe('would be told from', () => {
    const rows = [
      ['interfaces', 'export interface A {\n  send(message: string): void\n}\n', true],
      ['types', "import type { B } from './b.ts'\nexport type A = B | ((a: B) => void) | { b(): B }\n", true],
      ['a constant', 'export const a = 1\n', false],
      ['a function', 'interface A {}\nexport function a(): A { return {} }\n', false],
      ['a class', 'export class A extends Error {}\n', false],
      ['a call', 'type A = string\nregister({})\n', false],
      ['an import for its effect', "import './b.ts'\nexport type A = string\n", false],
    ] as const
    for (const [what, text, expected] of rows) {
      it(what, () => {
        expect(isTypesOnly(text)).to.equal(expected)
      })
    }
  })
})
