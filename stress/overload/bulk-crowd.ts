// Clients that keep bulk saturated: each sends the next of the largest batches when its last one is answered.

import { Connection } from '../bench/connection.ts'
import { bodiesOf } from '../bulk/bodies.ts'

const size = 8_192

/** One body, which all send: what it takes the server is the same. */
export function largestBatch(): Buffer {
  const body = bodiesOf({ size, accounts: 10_000, seed: 1, ids: false })('atomic')
  const headers = `Host: localhost\r\nContent-Type: application/json\r\nPrefer: return=minimal\r\nContent-Length: ${body.length}\r\n`
  return Buffer.concat([Buffer.from(`POST /v1/batches HTTP/1.1\r\n${headers}\r\n`), body])
}

/** How long each batch took that was decided, in milliseconds; others have waited in vain. Settles when all are answered. */
export async function bulk(
  url: string,
  clients: number,
  batch: Buffer,
  goesOn: () => boolean,
): Promise<readonly number[]> {
  const open = await Promise.all(Array.from({ length: clients }, () => Connection.open(url)))
  const took: number[] = []
  const one = async (connection: Connection) => {
    let sentAt = 0
    const next = () => {
      sentAt = performance.now()
      return goesOn() ? batch : undefined
    }
    await connection.loop(next, (status) => {
      if (status === 201) took.push(performance.now() - sentAt)
      else if (status !== 503) throw new Error(`a batch was answered ${status}`)
    })
  }
  await Promise.all(open.map(one))
  for (const connection of open) connection.close()
  return took
}
