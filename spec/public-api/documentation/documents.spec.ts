// The OpenAPI document and the page, from the first who asks: when they are made, how often, and what if they cannot be.

import { expect } from 'chai'
import sinon from 'sinon'
import type { Documents } from '../../../src/public-api/documentation/documents.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, holding } from '../doubles.ts'

const bytes = new TextEncoder()
const made: Documents = { openApi: bytes.encode('{"openapi":"3.1.0"}'), page: bytes.encode('<p>page</p>') }
const paths = ['/v1/openapi.json', '/docs']

describe('The documents', () => {
  it('are made for nobody before somebody asks', async () => {
    const documents = sinon.fake(async () => made)
    const { app } = apiOver({ call: holding() }, { documents })
    for (const path of ['/livez', '/v1/accounts/a', '/nothing']) await app.request(path)
    await app.request('/docs', { method: 'POST' })
    sinon.assert.notCalled(documents)
  })

  it('are made once, for those who ask meanwhile and for those who ask later', async () => {
    const { promise, resolve } = Promise.withResolvers<Documents>()
    const documents = sinon.fake(() => promise)
    const { app } = apiOver({}, { documents })
    const waiting = [...paths, ...paths].map((path) => app.request(path))
    resolve(made)
    const answers = [...(await Promise.all(waiting)), await app.request('/docs')]
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    const [document, page] = ['{"openapi":"3.1.0"}', '<p>page</p>']
    expect(texts).to.deep.equal([document, page, document, page, page])
    sinon.assert.calledOnce(documents)
  })

  it('that could not be made are an internal error for all who waited, and made anew for the next', async () => {
    const failure = new Error('the documents could not be made')
    const documents = sinon.stub<[], Promise<Documents>>().rejects(failure)
    const { app, log } = apiOver({}, { documents })
    for (const answer of await Promise.all(paths.map((path) => app.request(path)))) {
      const problem = problemAnswer.parse(await answer.json())
      expect(problem).to.include({ status: 500, code: 'internal_error', detail: 'This is a fault of the server.' })
      sinon.assert.calledWithMatch(log.error, { error: failure, requestId: problem.request_id })
    }
    sinon.assert.calledOnce(documents)
    documents.resolves(made)
    for (const path of paths) expect((await app.request(path)).status).to.equal(200)
    sinon.assert.calledTwice(documents)
  })
})
