// The published package: what is in it, and that the server in it runs as the one in the repository does.

import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { startServer } from '../../../stress/harness/server-process.ts'

const root = join(import.meta.dirname, '../../..')
const run = promisify(execFile)

async function packedFiles(): Promise<string[]> {
  await run('npm', ['run', 'build'], { cwd: root }).catch(({ stdout }) => {
    throw new Error(`npm run build: ${stdout}`)
  })
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root })
  return Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>).flatMap(({ files }) =>
    files.map(({ path }) => path),
  )
}

describe('The package', () => {
  let folder: string
  let files: string[]

  before(async () => {
    folder = await mkdtemp(join(os.tmpdir(), 'surety-package-'))
    files = await packedFiles()
    for (const path of files) await cp(join(root, path), join(folder, 'package', path))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it('holds what is built of actors and src, with its types, and a few words', () => {
    const sources = globSync('{actors,src}/**/*.ts', { cwd: root }).map((path) =>
      path.replaceAll('\\', '/').slice(0, -3),
    )
    expect(sources).to.include('actors/node')
    expect(files).to.have.members([
      ...sources.flatMap((path) => [`dist/${path}.js`, `dist/${path}.d.ts`]),
      'dist/src/launch.js',
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ])
  })

  it('points to nothing that is not in it', async () => {
    const scripts = files.filter((path) => path.endsWith('.js') && path !== 'dist/src/launch.js')
    for (const path of scripts) {
      const text = await readFile(join(folder, 'package', path), 'utf8')
      expect(text, path).not.to.match(/(from|import\(|new URL\()\s*['"]\.[^'"]*\.ts['"]/)
    }
  })

  it('depends on what it imports, and on nothing for development', async () => {
    const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const imported = new Set<string>()
    for (const path of files.filter((name) => name.endsWith('.js'))) {
      const text = await readFile(join(folder, 'package', path), 'utf8')
      for (const [, name = ''] of text.matchAll(/^(?:import|export)\b.*?from '((?:@[^/']+\/)?[^./'][^/']*)/gm)) {
        if (!name.startsWith('node:')) imported.add(name)
      }
    }
    expect([...imported]).to.have.members(Object.keys(dependencies))
  })

  it('runs: a transfer, a drain, and the balance is there after the next start', async () => {
    const launch = join(folder, 'package/dist/src/launch.js')
    const flags = ['--port', '0', '--data', join(folder, 'data')]
    const first = startServer(launch, flags)
    const moved = await fetch(`${await first.ready}/v1/transfers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"from":"user1","to":"user2","amount":17}',
    })
    expect(moved.status, first.log()).to.equal(201)
    const page = await fetch(`${await first.ready}/docs`) // made in a thread of its own
    expect(await page.text(), first.log()).to.include('<code>/v1/transfers</code>')
    expect(await first.stop(), first.log()).to.deep.equal({ code: 0, signal: null })

    const second = startServer(launch, flags)
    const balance = await fetch(`${await second.ready}/v1/accounts/user2/balance`)
    expect(await balance.json()).to.include({ posted: '17' })
    expect(await second.stop(), second.log()).to.deep.equal({ code: 0, signal: null })
  })

  it('lends its throttlers as surety/throttle, with their types', async () => {
    const cwd = join(folder, 'package')
    const script = `import { Running, type Admission } from 'surety/throttle'
      const one = new Running(1)
      const told: Admission[] = [await one.acquire({}), await one.acquire({ key: 'a' }, AbortSignal.abort())]
      console.log(told.map((admission) => admission.admitted || admission.reason).join())\n`
    await writeFile(join(cwd, 'visitor.mts'), script)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [compiler, '--strict', '--module', 'nodenext', 'visitor.mts'], { cwd })
    const { stdout } = await run(process.execPath, ['visitor.mjs'], { cwd })
    expect(stdout).to.equal('true,running\n')
  })

  it('says its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const { stdout } = await run(process.execPath, [join(folder, 'package/dist/src/launch.js'), '--version'])
    expect(stdout).to.equal(`${version}\n`)
  })
})
