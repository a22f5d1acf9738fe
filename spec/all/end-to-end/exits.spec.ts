// How the server ends when it must: a disk that fails, a start that can not be.

import { expect } from 'chai'
import { fate, serversOfEachSpec, text } from '../../end-to-end/process.ts'

describe('The end of the server', () => {
  const { folder, start, startOnBrokenDisk } = serversOfEachSpec()

  it('says nothing good after a write has failed, ends at once, and starts clean', async () => {
    const server = await startOnBrokenDisk(3)
    expect(await text('POST', `${server.url}/api/transfer?from=a&to=b&amount=1`)).to.equal('-1')
    const failed = await fetch(`${server.url}/api/transfer?from=a&to=b&amount=1`, { method: 'POST' }).catch(
      () => 'no answer',
    )
    expect(failed).to.equal('no answer')
    expect(await server.exited).to.equal(1)
    const restarted = await start()
    // The record may have reached the other copy: it was never acknowledged, so either is right, but nothing between.
    const balances = await Promise.all(['a', 'b'].map((id) => text('GET', `${restarted.url}/api/balance?from=${id}`)))
    expect([['-1', '1'].join(), ['-2', '2'].join()]).to.include(balances.join())
  })

  it('drains once, though Ctrl-C under npm signals twice', async () => {
    for (const pause of [0, 5, 20]) {
      const server = await start()
      await text('POST', `${server.url}/api/transfer?from=a&to=b&amount=1`)
      const first = server.stop('SIGINT')
      await new Promise((resolve) => setTimeout(resolve, pause))
      void server.stop('SIGINT')
      expect(await first, `second signal after ${pause} ms`).to.equal(0)
    }
  })

  it('ends with a code that says why it did not start', async () => {
    const holder = await start()
    const inUse = new URL(holder.url).port
    const elsewhere = `${folder()}/elsewhere`
    // biome-ignore format: a table
    const rows = [
      [['--port', 'http'],                              2, /--port must be/],
      [['--host', '0.0.0.0'],                           2, /clear text/],
      [['--host', '0.0.0.0', '--insecure-http'],        2, /without a token/],
      [['--port', '0', '--data', folder()],          2, /another process/],
      [['--port', inUse, '--data', elsewhere],          2, /EADDRINUSE/],
    ] as const
    for (const [flags, code, log] of rows) {
      const outcome = await fate(flags)
      expect(outcome.code, outcome.log).to.equal(code)
      expect(outcome.log).to.match(log)
      expect(outcome.output).to.equal('')
    }
    expect((await fate(['--help'])).output).to.contain('--mirror')
    expect((await fate(['--version'])).output).to.match(/^\d+\.\d+\.\d+\n$/)
  })
})
