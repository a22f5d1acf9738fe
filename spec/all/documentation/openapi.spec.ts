// The OpenAPI document is valid, and lists every endpoint of the contract.

import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'chai'
import { routes } from '../../../src/public-api/routes.ts'
import { apiOver } from '../../public-api/doubles.ts'

async function openApi() {
  const response = await apiOver({}).app.request('/v1/openapi.json')
  return (await response.json()) as { openapi: string; paths: Record<string, unknown> }
}

describe('/v1/openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(await openApi())
    expect(valid, JSON.stringify(errors)).to.equal(true)
    expect(validator.version).to.equal('3.1')
  })

  it('would not be if a part of it were of another form', async () => {
    const document = await openApi()
    document.paths['/v1/transfers'] = { post: { responses: 'none' } }
    expect((await new Validator().validate(document)).valid).to.equal(false)
  })

  it('lists what the routes say, and nothing else', async () => {
    const { paths } = await openApi()
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    )
    expect(listed).to.have.members(Object.values(routes).map(({ method, path }) => `${method} ${path}`))
  })
})
