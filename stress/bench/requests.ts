// The bytes of the bench's requests, made before the clock runs and the same for all servers.

import { randomFrom, wholeNumber } from '../harness/random.ts'
import { zipfFrom } from '../harness/zipf.ts'

const different = 50_000

/** Gives requests without end: transfers between `accounts` accounts, the more skew the fewer of them busy. */
export function requestsFor(accounts: number, skew: number, seed: number, token?: string): () => Buffer {
  const random = randomFrom(seed)
  const draw = zipfFrom(random, accounts, skew)
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`
  const requests = Array.from({ length: different }, () => {
    const body = `{"from":"user${draw()}","to":"user${draw()}","amount":"${wholeNumber(random, 1, 1_000)}"}`
    const headers = `Host: localhost\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    return Buffer.from(`POST /v1/transfers HTTP/1.1\r\n${headers}\r\n${body}`)
  })
  let sent = 0
  return () => requests[sent++ % different] as Buffer
}
