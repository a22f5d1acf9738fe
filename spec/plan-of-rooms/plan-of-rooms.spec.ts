// The plan of rooms, checked on the code's own imports, and each of its rules on a planted violation.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { habitFindings, mostLines } from './habits.ts'
import { circleFindings, folderFindings, mostFiles, packageFindings, plan, roomFindings } from './plan.ts'
import { sourceFile } from './source-file.ts'

const root = join(import.meta.dirname, '../..')

/** What breaks the plan, in files given as path and source. */
function findingsIn(sources: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(sources).map(([path, text]) => sourceFile(path, text))
  const each = files.flatMap((file) => [...roomFindings(file), ...packageFindings(file), ...habitFindings(file)])
  return [...each, ...circleFindings(files), ...folderFindings(files)]
}

function theTree(): Record<string, string> {
  const paths = globSync('{actors,src,spec,stress}/**/*.{ts,js,mts,cts,mjs,cjs}', { cwd: root })
  return Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]))
}

const said = '// What it is for.\n'
const work = 'export const work = 1\n'

describe('The plan of rooms', () => {
  it('is kept by every file', () => {
    expect(findingsIn(theTree())).to.deep.equal([])
  })

  it('sees the tree', () => {
    const paths = Object.keys(theTree())
    expect(paths).to.include.members(['actors/node.ts', 'src/main.ts', 'src/launch.js', 'stress/stress.ts'])
    expect(paths.length).to.be.greaterThan(50)
  })

  it('names no room that is not there, but those to come', () => {
    const paths = Object.keys(theTree())
    const empty = plan.map(([room]) => room).filter((room) => !paths.some((path) => path.startsWith(room)))
    expect(empty).to.deep.equal(['src/client/'])
  })

  describe('lets nobody look into', () => {
    //  who                                        whom                                  how
    const rows = [
      ['actors/node.ts', '../src/config.ts', 'the outside from the inside'],
      ['actors/contracts/transfer.ts', '../../src/limits.ts', 'the outside from the rules'],
      ['actors/state-storage/state-storage.ts', '../virtual-machine/messages.ts', 'upwards from storage'],
      ['actors/state-storage/journal.ts', '../contracts/account.ts', 'money from storage'],
      ['actors/virtual-machine/batch.ts', '../state-storage/state-map.ts', 'the map from the VirtualMachine'],
      ['actors/virtual-machine/virtual-machine.ts', '../contracts/ledger.ts', 'the rules from who runs them'],
      ['actors/contracts/ledger.ts', '../virtual-machine/virtual-machine.ts', 'the actor from the rules'],
      ['actors/contracts/ledger.ts', '../state-storage/state-map.ts', 'the map from the rules'],
      ['actors/address.ts', './assert.ts', 'anything from the ground'],
      ['src/client/client.ts', '../limits.ts', 'the server from the client'],
      ['src/client/client.ts', '../../actors/node.ts', 'the inside from the client'],
      ['src/wire/transfer.ts', '../public-api/desk.ts', 'HTTP from the wire'],
      ['src/journal/file-journal.ts', '../public-api/desk.ts', 'HTTP from the journal'],
      ['src/journal/file-journal.ts', '../../actors/contracts/account.ts', 'money from the journal'],
      ['src/public-api/desk.ts', '../journal/file-journal.ts', 'the journal from HTTP'],
      ['src/throttle/rate.ts', '../operations/clock.ts', 'the server from the throttlers'],
      ['src/main.ts', '../stress/stress.ts', 'stress from the product'],
      ['src/main.ts', '../spec/setup/random.ts', 'specs from the product'],
      ['stress/stress.ts', '../spec/setup/random.ts', 'specs from stress'],
      ['tools/tool.ts', './other.ts', 'anything from no room'],
    ] as const
    const forms = [
      (target: string) => `import { it } from '${target}'`,
      (target: string) => `import type { It } from "${target}"`,
      (target: string) => `import it, * as all\n  from '${target}'`,
      (target: string) => `import '${target}'`,
      (target: string) => `export { it } from '${target}'`,
      (target: string) => `export type { It } from '${target}'`,
      (target: string) => `export * from '${target}'`,
      (target: string) => `export * as all from '${target}'`,
      (target: string) => `const late = await import('${target}')`,
      (target: string) => `type It = import('${target}').It`,
      (target: string) => `const text = \`\${await import('${target}')}\``,
    ]
    for (const [path, target, what] of rows) {
      it(`${what}: ${path} → ${target}`, () => {
        for (const form of forms) {
          const found = findingsIn({ [path]: `${said}${form(target)}\n${work}` })
          expect(found, form(target)).to.have.length(1)
          expect(found[0]).to.match(new RegExp(`^${path}: (may not look into|stands in no room)`))
        }
      })
    }
  })

  describe('keeps packages in their rooms', () => {
    const rows = [
      ['src/main.ts', "import { Hono } from 'hono'", 'may not know the package hono'],
      ['src/main.ts', "import { html } from 'hono/html'", 'may not know the package hono'],
      ['src/main.ts', "import { serve } from '@hono/node-server'", 'may not know the package @hono/node-server'],
      ['src/main.ts', "import { createActor } from 'xstate'", 'may not know the package xstate'],
      ['stress/stress.ts', "import { createActor } from 'xstate'", 'may not know the package xstate'],
      ['actors/node.ts', "import { hash } from 'node:crypto'", 'may not know the package node:crypto'],
      ['actors/node.ts', "import { z } from 'zod'", 'may not know the package zod'],
      ['actors/node.ts', "import { Hono } from 'hono'", 'may not know the package hono'],
      ['src/main.ts', 'const main = await import(path)', 'may not know the package import()'],
    ] as const
    for (const [path, source, finding] of rows) {
      it(`${path}: ${source}`, () => {
        expect(findingsIn({ [path]: `${said}${source}\n${work}` })).to.deep.equal([`${path}: ${finding}`])
      })
    }
  })

  describe('keeps the inside from', () => {
    const rows = [
      ['Date', 'const now = Date.now()'],
      ['Date', 'const now = new Date()'],
      ['Math.random', 'const chance = Math.random()'],
      ['setTimeout', 'setTimeout(() => {}, 10)'],
      ['setImmediate', 'setImmediate(work)'],
      ['queueMicrotask', 'queueMicrotask(work)'],
      ['console', "console.log('here')"],
      ['process', 'process.exit(1)'],
      ['process', 'const { env } = process'],
      ['performance', 'const { now } = performance'],
      ['crypto', 'crypto.randomUUID()'],
      ['fetch', "fetch('http://127.0.0.1')"],
      ['globalThis', "globalThis['Date'].now()"],
      ['Date', `const text = \`at \${\`\${Date.now()}\`}\``],
    ] as const
    for (const [name, source] of rows) {
      it(`${name}: ${source}`, () => {
        const finding = `actors/node.ts: reaches for ${name}`
        expect(findingsIn({ 'actors/node.ts': `${said}${work}${source}\n` })).to.deep.equal([finding])
        expect(findingsIn({ 'src/main.ts': `${said}${work}${source}\n` })).to.deep.equal([])
      })
    }
  })

  describe('says of a file', () => {
    const rows = [
      ['src/index.ts', `${said}${work}`, "'index' names no room"],
      ['src/wire/types.ts', `${said}${work}`, "'types' names no room"],
      ['stress/utils.ts', `${said}${work}`, "'utils' names no room"],
      ['src/fileJournal.ts', `${said}${work}`, 'its name is not kebab-case'],
      ['src/publicApi/desk.ts', `${said}${work}`, 'its name is not kebab-case'],
      ['src/other.js', `${said}${work}`, 'is not TypeScript'],
      ['src/main.ts', work, 'does not begin by saying what it is for'],
      ['src/main.ts', `\n${said}${work}`, 'does not begin by saying what it is for'],
      ['src/main.ts', `${said}${work.repeat(mostLines)}`, `has ${mostLines + 1} lines, more than ${mostLines}`],
      [
        'src/main.ts',
        `${said}export { a } from './a.ts'\nexport * from './b.ts'\n`,
        'only passes on what others export',
      ],
      ['src/main.ts', `${said}import { a } from './a.ts'\nexport { a }\n`, 'only passes on what others export'],
      ['src/main.ts', `${said}export const work: any = 1\n`, "says 'any'"],
      ['spec/a.spec.ts', `${said}it.only('works', () => {})\n`, 'leaves specs out with .only'],
      ['spec/a.spec.ts', `${said}describe.skip('works', () => {})\n`, 'leaves specs out with .skip'],
      ['actors/node.ts', `${said}recovered.map.apply(writes)\n`, 'changes the map'],
      ['actors/state-storage/checkpoint.ts', `${said}this.#map.apply(writes)\n`, 'changes the map'],
      ['actors/state-storage/checkpoint.ts', `${said}this.#map.shards.clear()\n`, 'touches the shards of the map'],
    ] as const
    for (const [path, source, finding] of rows) {
      it(`${finding} (${path})`, () => {
        expect(findingsIn({ [path]: source })).to.deep.equal([`${path}: ${finding}`])
      })
    }
  })

  it('finds circles of imports, of types too', () => {
    const found = findingsIn({
      'src/a.ts': `${said}import { b } from './b.ts'\n${work}`,
      'src/b.ts': `${said}import type { C } from './c.ts'\n${work}`,
      'src/c.ts': `${said}export const c = () => import('./a.ts')\n`,
    })
    expect(found).to.deep.equal(['src/a.ts: imports itself: src/a.ts → src/b.ts → src/c.ts → src/a.ts'])
  })

  it('finds a folder that holds too much', () => {
    const names = Array.from({ length: mostFiles + 1 }, (_, index) => [`src/wire/a${index}.ts`, `${said}${work}`])
    expect(findingsIn(Object.fromEntries(names))).to.deep.equal([
      `src/wire: holds ${mostFiles + 1} files, more than ${mostFiles}`,
    ])
  })

  describe('is not misled by', () => {
    const rows = [
      ['a comment', "// import { Hono } from 'hono'; Date.now()"],
      ['a string', `const text = "import { Hono } from 'hono'; Date.now()"`],
      ['a template', `const text = \`setTimeout \${work} } console.log() any\``],
      ['a regular expression', 'const form = /"[`\'] Date.now() \\/ any/.test(text)'],
      ['a division', "const half = (work) / 2 / work; const text = '/ Date'"],
      [
        'a member of that name',
        'rules.process(request)\nconst made = { process(request: Request) { return request.Date } }',
      ],
    ] as const
    for (const [what, source] of rows) {
      it(what, () => {
        expect(findingsIn({ 'actors/node.ts': `${said}${work}${source}\n` })).to.deep.equal([])
      })
    }
  })
})
