// What the documents say of the code is compared with the code: links, codes, flags, messages, packages.

import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { help } from '../../src/config.ts'
import { problemKinds } from '../../src/wire/problem.ts'

const root = join(import.meta.dirname, '../..')

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The cells of all rows of all tables under a heading that begins with `heading`, without the rows that name columns. */
function table(path: string, heading = ''): string[][] {
  const [, section = ''] = `\n${read(path)}`.split(`\n${heading}`, 2)
  const part = heading === '' ? read(path) : (section.split(/\n#+ /)[0] ?? '')
  const rows = part.matchAll(/(?:^\|.*\|\n)(?:^\|[-| ]+\|\n)((?:^\|.*\|\n?)+)/gm)
  return [...rows].flatMap(([, body = '']) => body.trim().split('\n').map(cells))
}

function cells(row: string): string[] {
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

function codeIn(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

/** The sources as one text in which a message that is put together of pieces reads like one. */
function sources(pattern: string): string {
  const texts = globSync(pattern, { cwd: root }).map((path) => read(path))
  return texts.join('\n').replaceAll(/['"`] \+\s*['"`]/g, '')
}

describe('The documents', () => {
  const paths = globSync('{*,actors/*,docs/**/*}.md', { cwd: root })

  for (const path of paths) {
    it(`link to what is there: ${path}`, () => {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link)
      const dead = links.filter((link) => !existsSync(join(root, dirname(path), link)))
      expect(dead).to.deep.equal([])
    })
  }

  it('tell every error as the server does', () => {
    const told = table('docs/reference/errors.md').map(([status, code, retryable]) => [
      status,
      codeIn(code)[0],
      retryable,
    ])
    const kinds = Object.entries(problemKinds).map(([code, { status, retryable }]) => [
      String(status),
      code,
      retryable ? 'yes' : 'no',
    ])
    expect(told).to.have.deep.members(kinds)
  })

  it('give a reason for every package', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))
    const told = (heading: string) =>
      table('docs/decisions/0002-dependencies.md', heading).flatMap(([names]) => codeIn(names))
    expect(told('## In the product')).to.have.members(Object.keys(dependencies))
    expect(told('## For development')).to.have.members(Object.keys(devDependencies))
  })

  it('name every flag and its variable', () => {
    const told = table('docs/guides/running.md').flatMap(([flags, variable]) => [...codeIn(flags), ...codeIn(variable)])
    const known = help.matchAll(/--[a-z]+(?:-[a-z]+)*|SURETY_[A-Z_]+/g)
    expect(told.filter((word) => /^(--|SURETY_)/.test(word))).to.have.members([
      ...new Set([...known].map(([word]) => word)),
    ])
  })

  it('explain messages that the server has, and every way to exit 3', () => {
    const code = sources('{actors,src}/**/*.ts')
    const told = ['## Exit 3', '## Exit 2', '## What the log'].flatMap((heading) =>
      read('docs/guides/recovery.md').includes(`\n${heading}`) ? messages(heading) : [],
    )
    expect(told).to.have.length.greaterThan(15)
    expect(told.filter((message) => !code.includes(message) && message !== 'listen EADDRINUSE')).to.deep.equal([])
    const thrown = [...code.matchAll(/new JournalDamaged\(\s*((?:[^()]|\([^()]*\))*?),?\s*\)/g)].map(
      ([, text = '']) => text,
    )
    expect(thrown).to.have.length.greaterThan(8)
    const words = [...thrown, ...code.matchAll(/return `(records are missing[^`]*)`/g)].map(String)
    const unexplained = words.filter((text) => /['"`]/.test(text) && !told.some((message) => text.includes(message)))
    expect(unexplained.filter((text) => !text.includes('the journal in memory'))).to.deep.equal([])
  })

  it('show rooms that are there', () => {
    const [, tree = ''] = read('README.md').split('## The rooms')
    const rooms = [...tree.matchAll(/^ {4}( {2})?(\S+) {2,}\S/gm)]
    let top = ''
    const shown = rooms.map(([, inner, name = '']) => {
      if (inner === undefined) top = name
      return inner === undefined ? name : join(top, name)
    })
    expect(shown).to.have.length.greaterThan(12)
    expect(shown.filter((path) => !existsSync(join(root, path)))).to.deep.equal([])
    const folders = globSync('{actors,src}/*/', { cwd: root }).filter(
      (path) => globSync('**/*.ts', { cwd: join(root, path) }).length > 0,
    )
    expect(shown.map((path) => path.replace(/\/$/, ''))).to.include.members(folders)
  })

  it('list every message of the actors', () => {
    const told = table('actors/README.md').flatMap(([name]) => codeIn(name))
    const text = sources('actors/*/messages.ts')
    const types = [...text.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type)
    const answered = table('actors/README.md').flatMap(([, , answers]) => codeIn(answers))
    expect([...new Set([...told, ...answered])]).to.have.members(types)
  })
})

function messages(heading: string): string[] {
  const text = `\n${read('docs/guides/recovery.md')}`
  const sections = text.split(/\n(?=## )/).filter((section) => section.startsWith(heading))
  const rows = sections.flatMap((section) => section.split('\n').filter((line) => /^\| `/.test(line)))
  return rows.flatMap((row) => codeIn(cells(row)[0]))
}
