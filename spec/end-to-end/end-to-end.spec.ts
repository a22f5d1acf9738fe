// The whole server over a real socket, as its users meet it.

import { expect } from 'chai'
import { serversOfEachSpec, text } from './process.ts'

describe('The server', () => {
  const { start } = serversOfEachSpec()

  it('keeps what it has answered: across kill -9 and a drain, once, byte for byte', async () => {
    const transfer = async (url: string, amount: number) => {
      const body = JSON.stringify({ from: 'a', to: 'b', amount })
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'once' }
      const response = await fetch(`${url}/v1/transfers`, { method: 'POST', headers, body })
      return `${response.status} ${await response.text()}`
    }
    const first = await start()
    expect(await text('GET', `${first.url}/api/balance?from=user1`)).to.equal('0')
    expect(await text('POST', `${first.url}/api/transfer?from=user1&to=user2&amount=17`)).to.equal('-17')
    const answers = new Set(await Promise.all(Array.from({ length: 200 }, () => transfer(first.url, 5))))
    expect([...answers]).to.have.length(1)
    expect([...answers][0]).to.match(/^201 /)
    await first.stop('SIGKILL')
    const second = await start()
    expect(await text('GET', `${second.url}/api/balance?from=user1`)).to.equal('-17')
    expect(await text('GET', `${second.url}/api/balance?from=user2`)).to.equal('17')
    expect(await transfer(second.url, 5)).to.equal([...answers][0])
    expect(await transfer(second.url, 6)).to.match(/^422 .*idempotency_key_reused/)
    expect(await text('GET', `${second.url}/api/balance?from=b`)).to.equal('5')
    expect(await second.stop('SIGTERM')).to.equal(0)
  })
})
