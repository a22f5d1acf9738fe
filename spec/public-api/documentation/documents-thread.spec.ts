// The thread that makes the documents: what becomes of it, however it ends, and that nothing of its work is done elsewhere.

import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import sinon from 'sinon'
import type { Documents } from '../../../src/public-api/documentation/documents.ts'
import {
  type DocumentsWorker,
  documentsFromThread,
  longestMaking,
} from '../../../src/public-api/documentation/documents-thread.ts'

const made: Documents = { openApi: new Uint8Array([1]), page: new Uint8Array([2]) }

/** A thread that does what it is told, and what was asked of it. */
function aThread() {
  const events = new EventEmitter()
  const calls = { terminate: sinon.fake(async () => 1), unref: sinon.fake() }
  const worker = Object.assign(events, calls) as unknown as DocumentsWorker
  const start = sinon.fake((_version: string) => worker)
  const schedule = sinon.fake((_callback: () => void, _milliseconds: number) => {})
  const make = documentsFromThread('1.2.3', schedule, start)
  const tell = (event: string, value?: unknown) => void events.emit(event, value)
  return { make, start, schedule, tell, ...calls }
}

/** What it says of its failure, and 'waiting' as long as it says nothing. */
async function outcome(promise: Promise<Documents>): Promise<unknown> {
  const turn = new Promise((resolve) => setImmediate(resolve, 'waiting'))
  const told = promise.catch(({ message, cause }) => [message, cause.message])
  return Promise.race([told, turn])
}

describe('The thread of the documents', () => {
  it('is started when they are asked for, and hands over what it made', async () => {
    const { make, start, tell } = aThread()
    sinon.assert.notCalled(start)
    const documents = make()
    sinon.assert.calledOnceWithExactly(start, '1.2.3')
    tell('message', made)
    tell('exit', 0)
    expect(await outcome(documents)).to.equal(made)
  })

  it('holds no process that has nothing else to do', () => {
    const { make, unref } = aThread()
    void make()
    sinon.assert.calledOnce(unref)
  })

  //  what it tells before it ends                    what is said
  const ends = [
    ['nothing', undefined, 'the thread ended without them'],
    ['error', new Error('out of memory'), 'out of memory'],
    ['messageerror', new Error('not to be read'), 'not to be read'],
  ] as const
  for (const [event, error, said] of ends) {
    it(`fails when it ends, and not before, with: ${said}`, async () => {
      const { make, tell } = aThread()
      const documents = make()
      if (error !== undefined) tell(event, error)
      expect(await outcome(documents)).to.equal('waiting')
      tell('exit', 1)
      expect(await outcome(documents)).to.deep.equal(['the documents could not be made', said])
    })
  }

  it('is ended when it takes too long, and fails with that when it has ended', async () => {
    const { make, schedule, terminate, tell } = aThread()
    const documents = make()
    sinon.assert.calledOnceWithExactly(schedule, sinon.match.func, longestMaking)
    sinon.assert.notCalled(terminate)
    schedule.args[0]?.[0]()
    sinon.assert.calledOnce(terminate)
    expect(await outcome(documents)).to.equal('waiting')
    tell('exit', 1)
    const said = 'the thread took longer than 30000 ms'
    expect(await outcome(documents)).to.deep.equal(['the documents could not be made', said])
  })

  it('fails when it cannot be started', async () => {
    const start = () => {
      throw new Error('no more threads')
    }
    const make = documentsFromThread('1.2.3', () => {}, start)
    expect(await make().catch(({ message }) => message)).to.equal('no more threads')
  })

  it('alone loads what they are made of: a start does not', () => {
    const source = join(import.meta.dirname, '../../../src')
    expect(loadedBy(join(source, 'public-api/documentation/documents-worker.ts'))).to.include('@hono/zod-openapi')
    const ofAStart = loadedBy(join(source, 'main.ts'))
    expect(ofAStart).to.include.members(['hono', join(source, 'public-api/public-api.ts')])
    expect(ofAStart).to.not.include('@hono/zod-openapi').and.to.not.include(join(source, 'public-api/routes.ts'))
  })
})

/** Files and packages; not those of which only types are imported. */
function loadedBy(file: string, loaded: Set<string> = new Set([file])): readonly string[] {
  const imports = /^(?:import|export) (?!type )(?:[\w\s{},*]+ from )?'([^']+)'/gm
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(imports)) {
    const name = target.startsWith('.') ? join(file, '..', target) : target
    if (loaded.has(name)) continue
    loaded.add(name)
    if (target.startsWith('.')) loadedBy(name, loaded)
  }
  return [...loaded]
}
