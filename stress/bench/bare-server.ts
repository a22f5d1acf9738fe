// The floor: node:http alone. It reads the body, looks at nothing, and answers bytes of a real 201's size and headers.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { renderedTransfer, transferHeadersOf } from './echo-answer.ts'

const body = Buffer.from(renderedTransfer({ from: 'user1234', to: 'user4321', amount: '500', asset: 'UNIT' }, 100_000))
const headers = { ...transferHeadersOf(100_000), 'Content-Length': body.length }

const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => response.writeHead(201, headers).end(body))
})

process.once('SIGTERM', () => process.exit(0))
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
