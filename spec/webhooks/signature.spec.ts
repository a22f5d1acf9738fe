// The signature is the one that every library of the Standard Webhooks specification verifies; waits grow, and differ.

import { expect } from 'chai'
import { backoff } from '../../src/webhooks/backoff.ts'
import { messageId, newSecret, signedHeaders } from '../../src/webhooks/signature.ts'

describe('The signature of a webhook', () => {
  it("is that of the specification's own example", () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const headers = signedHeaders(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_999, '{"test": 2432232314}')
    expect(headers).to.deep.equal({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('names each event of each webhook differently, without the point that separates what is signed', () => {
    const ids = ['a', 'a_1', 'a.1', 'a.b', 'a_b', 'a-b'].flatMap((id) => [messageId(id, 1), messageId(id, 11)])
    expect(new Set(ids).size).to.equal(ids.length)
    for (const id of ids) expect(id).to.match(/^[A-Za-z0-9_%-]+$/)
  })

  it('has a key of 32 bytes', () => {
    expect(newSecret((size) => new Uint8Array(size).fill(7))).to.equal(
      `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    )
  })
})

describe('The wait after a failure', () => {
  //    failures  at most    at least
  const rows = [
    [1, 1_000, 1_000],
    [2, 2_000, 1_000],
    [3, 4_000, 2_000],
    [12, 2_048_000, 1_024_000],
    [13, 3_600_000, 1_800_000],
    [100_000, 3_600_000, 1_800_000],
  ] as const
  for (const [failures, most, least] of rows) {
    it(`is from ${least} to ${most} ms after ${failures}`, () => {
      expect([backoff(failures, 0), backoff(failures, 1)]).to.deep.equal([most, least])
    })
  }
})
