// Webhooks of a real server, killed in the middle: every event arrives, in order, signed; its secret is nowhere but where it belongs.

import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { fate, type Running, serve, temporaryFolder } from '../../end-to-end/process.ts'

const key = Buffer.alloc(32, 5)
const secret = `whsec_${key.toString('base64')}`

describe('Webhooks of a server', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let receiver: Server
  let server: Running | undefined
  let taken: number[]
  let forged: number
  let calls: number

  beforeEach(async () => {
    folder = temporaryFolder()
    taken = []
    forged = 0
    calls = 0
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers
        const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
        if (signature !== `v1,${signed}`) forged += 1
        calls += 1
        const fault = { 4: 'hangs up', 8: 'fails' }[calls % 10]
        if (fault === 'hangs up') response.destroy()
        else if (fault === undefined) taken.push(Number(JSON.parse(body).seq))
        response.writeHead(fault === undefined ? 204 : 500).end()
        receiver.emit('heard')
      })
    })
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
  })

  afterEach(async () => {
    await server?.stop('SIGKILL')
    receiver.closeAllConnections()
    receiver.close()
    folder.remove()
  })

  async function started(): Promise<Running> {
    const { port } = receiver.address() as AddressInfo
    server = await serve(folder.path, ['--webhook-hosts', `127.0.0.1:${port}`])
    return server
  }

  async function put(url: string): Promise<Response> {
    const { port } = receiver.address() as AddressInfo
    const body = JSON.stringify({ url: `http://127.0.0.1:${port}/hook`, secret, cursor: '0' })
    return fetch(`${url}/v1/webhooks/orders`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })
  }

  async function transfers(url: string, count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      const response = await fetch(`${url}/api/transfer?from=a&to=b&amount=1`, { method: 'POST' })
      expect(response.status).to.equal(200)
    }
  }

  it('arrive in order, at least once, across kill -9', async () => {
    const first = await started()
    expect((await put(first.url)).status).to.equal(201)
    await transfers(first.url, 8)
    await first.stop('SIGKILL')
    const second = await started()
    await transfers(second.url, 4)
    await second.stop('SIGKILL')
    await started()
    while (taken.at(-1) !== 12) await once(receiver, 'heard')
    const distinct = [...new Set(taken)]
    expect(distinct).to.deep.equal(Array.from({ length: 12 }, (_, index) => index + 1))
    expect(forged).to.equal(0)
    const files = fs.readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    const holding = files.filter((one) => fs.readFileSync(join(one.parentPath, one.name)).includes(secret))
    expect(holding.map(({ name }) => name.replace(/-wal$/, ''))).to.include('operations.sqlite')
    expect(holding.every(({ name }) => name.startsWith('operations.sqlite'))).to.equal(true)
    expect(await server?.stop('SIGTERM')).to.equal(0)
  })

  it('are not begun with damaged data: exit 3, and what to do', async () => {
    const first = await started()
    await put(first.url)
    expect(await first.stop('SIGTERM')).to.equal(0)
    const file = join(folder.path, 'operations.sqlite')
    fs.writeFileSync(file, fs.readFileSync(file).fill(7, 100, 2_000))
    const { code, log } = await fate(['--port', '0', '--data', folder.path])
    expect(code).to.equal(3)
    expect(log).to.include('bring the file back from a backup').and.not.include('whsec')
    fs.rmSync(file)
    const again = await started()
    expect(await (await fetch(`${again.url}/v1/webhooks`)).json()).to.deep.equal({ data: [], next_cursor: null })
  })
})
