// Mutation testing asks what it claims to ask: its rooms are there, its page is understood, and no survivor slips through.

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Argued, arguedIn, lineToArgue } from '../../../stress/mutation/argued.ts'
import { configuration, workFolder } from '../../../stress/mutation/configuration.ts'
import { forgetful, keyOf, mutantsIn, type Report } from '../../../stress/mutation/report.ts'
import { type MutatedRoom, rooms } from '../../../stress/mutation/rooms.ts'
import { verdictOn } from '../../../stress/mutation/verdict.ts'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/reference/mutation.md'), 'utf8')

function filesOf(globs: readonly string[]): string[] {
  const left = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  const taken = globs.filter((glob) => !glob.startsWith('!'))
  const files = (patterns: string[]) => globSync(patterns, { cwd: root }).map((path) => path.replaceAll('\\', '/'))
  const out = new Set(files(left))
  return files(taken).filter((path) => !out.has(path))
}

describe('Mutation testing', () => {
  const thresholds = { rules: 100, recovery: 100, idempotency: 100, actors: 90, journal: 90, throttle: 95 }

  it('demands what was promised', () => {
    expect(Object.fromEntries(rooms.map(({ name, least }) => [name, least]))).to.deep.equal(thresholds)
  })

  for (const room of rooms) {
    it(`finds code and specs of ${room.name}`, () => {
      for (const glob of [...room.code, ...room.specs]) expect(filesOf([glob.replace(/^!/, '')]), glob).to.not.be.empty
      expect(filesOf(room.code)).to.not.be.empty
    })

    it(`is told of ${room.name} what is to be broken, and leaves nothing behind that git would see`, () => {
      const told = JSON.stringify(configuration(room, { changed: false, concurrency: 1 }))
      const read = JSON.parse(told)
      expect(read).to.deep.include({ mutate: room.code, force: true, concurrency: 1 })
      expect(read.mochaOptions.spec).to.deep.equal(room.specs)
      expect(told).to.not.include('ignoreStatic')
      const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n')
      expect(ignored).to.include(`${workFolder}/`)
      for (const path of [read.tempDirName, read.incrementalFile, read.jsonReporter.fileName]) {
        expect(path.startsWith(`${workFolder}/`)).to.equal(true)
      }
    })
  }

  it('breaks every file of the actors, the journal and the throttlers, in one room', () => {
    const broken = rooms.flatMap(({ code }) => filesOf(code))
    expect(broken).to.have.length(new Set(broken).size)
    expect(broken).to.include.members(globSync('{actors,src/journal,src/throttle}/**/*.ts', { cwd: root }))
  })
})

describe('The argued survivors', () => {
  it('are understood, are of files that are there, and accept nothing in rooms of 100 %', () => {
    const argued = arguedIn(page)
    expect(argued).to.not.be.empty
    const strict = rooms.filter(({ least }) => least === 100).flatMap(({ code }) => filesOf(code))
    for (const { file, verdict } of argued) {
      expect(existsSync(join(root, file)), file).to.equal(true)
      if (strict.includes(file)) expect(verdict, file).to.equal('equivalent')
    }
  })

  it('are read as they are written', () => {
    const mutant = { file: 'a/b.ts', mutator: 'LogicalOperator', original: 'a | b `c`', replacement: '' }
    const line = `${lineToArgue(mutant)}equivalent, it is: so`
    const text = `- no argument\n### \`a/b.ts\`\n\n${line}\n\n## Another\n\n- no argument either`
    expect(arguedIn(text)).to.deep.equal([{ ...mutant, verdict: 'equivalent', why: 'it is: so' }])
    for (const bad of [line.replace('equivalent', 'whatever'), line.replace(', it is: so', ''), '- something']) {
      expect(() => arguedIn(`### \`a/b.ts\`\n${bad}`), bad).to.throw('not understood, below a/b.ts')
    }
  })
})

describe('A report of mutants', () => {
  const source = 'const one = 1\nconst two =\n  one + one\n'
  const place = { start: { line: 3, column: 3 }, end: { line: 3, column: 12 } }
  const mutant = { mutatorName: 'ArithmeticOperator', replacement: 'one - one', location: place, status: 'Survived' }

  it('is read by the code, not by lines', () => {
    const [found] = mutantsIn({ files: { 'a.ts': { source, mutants: [mutant] } } })
    expect(found).to.deep.equal({
      ...{ file: 'a.ts', mutator: 'ArithmeticOperator', original: 'one + one', replacement: 'one - one' },
      ...{ status: 'Survived', line: 3, isStatic: false },
    })
    const later = { start: { line: 4, column: 3 }, end: { line: 4, column: 12 } }
    const files = { 'a.ts': { source: `\n${source}`, mutants: [{ ...mutant, location: later }] } }
    expect(mutantsIn({ files }).map(keyOf)).to.deep.equal([found].flatMap((one) => (one ? [keyOf(one)] : [])))
  })

  it('tells long pieces on one line, by both ends', () => {
    const long = `{\n  ${'a'.repeat(60)}\n  ${'b'.repeat(60)}\n}`
    const [found] = mutantsIn({ files: { 'a.ts': { source, mutants: [{ ...mutant, replacement: long }] } } })
    expect(found?.replacement).to.equal(`{ ${'a'.repeat(48)} … ${'b'.repeat(48)} }`)
  })

  it('is remembered without static survivors, which no changed spec would ask again', () => {
    const mutants = [mutant, { ...mutant, static: true }, { ...mutant, static: true, status: 'Killed' }]
    const report: Report = { files: { 'a.ts': { source, mutants } } }
    expect(forgetful(report).files['a.ts']?.mutants).to.deep.equal([mutants[0], mutants[2]])
  })
})

describe('A room', () => {
  const room: MutatedRoom = { name: 'room', code: [], specs: [], least: 75 }
  const mutant = { file: 'a.ts', mutator: 'M', original: 'a', replacement: 'b', line: 1, isStatic: false }
  const argument = { file: 'a.ts', mutator: 'M', original: 'a', replacement: 'b', why: 'so' }
  const found = (...statuses: string[]) => statuses.map((status) => ({ ...mutant, status }))
  const argued = (...verdicts: Argued['verdict'][]): Argued[] => verdicts.map((verdict) => ({ ...argument, verdict }))
  const [K, T, S, N, I] = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored']

  // biome-ignore format: a table
  const rows: readonly (readonly [string, ReturnType<typeof found>, Argued[], number, boolean])[] = [
    ['passes when all are killed',                    found(K, T),       [],                                 100,  true],
    ['fails with a survivor that is not argued',      found(K, K, K, S), [],                                 75,   false],
    ['fails with one that no spec reached',           found(K, K, K, N), [],                                 75,   false],
    ['passes with one that is argued',                found(K, K, K, S), argued('accepted'),                 75,   true],
    ['does not count one that means the same',        found(K, K, K, S), argued('equivalent'),               100,  true],
    ['fails below its share, however well argued',    found(K, S),       argued('accepted'),                 50,   false],
    ['fails with one argument for two survivors',     found(K, K, K, S, S), argued('equivalent'),            75,   false],
    ['fails with an argument for what was killed',    found(K),          argued('equivalent'),               100,  false],
    ['counts nothing that was left out',              found(K, I),       [],                                 100,  true],
    ['fails when nothing was tried',                  found(I),          [],                                 0,    false],
  ]
  for (const [what, mutants, arguments_, score, passed] of rows) {
    it(what, () => {
      expect(verdictOn(room, mutants, arguments_)).to.include({ score, passed })
    })
  }

  it('tells an argument of another mutant as outdated, and the mutant as not argued', () => {
    const other = { ...argument, replacement: 'c', verdict: 'equivalent' } as const
    const { unargued, outdated } = verdictOn(room, found(S ?? ''), [other])
    expect({ unargued, outdated }).to.deep.equal({ unargued: found(S ?? ''), outdated: [other] })
  })
})
