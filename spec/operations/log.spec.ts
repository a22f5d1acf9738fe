// The log tells what went wrong: of an error its words, its cause and its way.

import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { stderrLog } from '../../src/operations/log.ts'
import { temporaryFolder } from '../end-to-end/process.ts'

describe('The log', () => {
  it('tells of an error its words, its cause and its way', () => {
    const folder = temporaryFolder()
    try {
      const file = join(folder.path, 'log')
      const fd = openSync(file, 'w')
      stderrLog(fd).error({ error: new Error('no documents', { cause: new Error('no thread') }) }, 'it failed')
      closeSync(fd)
      const { msg, error } = JSON.parse(readFileSync(file, 'utf8'))
      expect(msg).to.equal('it failed')
      expect(error.message).to.equal('no documents: no thread')
      expect(error.stack).to.include('log.spec.ts')
    } finally {
      folder.remove()
    }
  })
})
