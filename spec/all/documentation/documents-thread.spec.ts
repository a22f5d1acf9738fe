// The real thread makes the documents as they are made here, byte for byte, and others are served meanwhile.

import { expect } from 'chai'
import { documentsFromThread } from '../../../src/public-api/documentation/documents-thread.ts'
import { makeDocuments } from '../../../src/public-api/documentation/openapi-document.ts'

const version = '1.2.3'

describe('The documents of a thread', () => {
  it('are those that are made without one', async () => {
    const { openApi, page } = await documentsFromThread(version, () => {})()
    const here = makeDocuments(version)
    expect(Buffer.from(openApi).toString()).to.equal(Buffer.from(here.openApi).toString())
    expect(Buffer.from(page).toString()).to.equal(Buffer.from(here.page).toString())
    expect(JSON.parse(Buffer.from(openApi).toString()).info.version).to.equal(version)
  })

  it('keep nobody waiting who does not ask for them', async () => {
    let turns = 0
    const count = () => {
      turns += 1
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    await documentsFromThread(version, () => {})()
    clearImmediate(next)
    expect(turns).to.be.greaterThan(100)
  })
})
