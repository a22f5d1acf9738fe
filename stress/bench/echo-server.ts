// The same route without a ledger behind it: Hono, Surety's own validation (or, with --unvalidated, none), the same answer.

import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { type PostingJson, postingJson } from '../../actors/contracts/transfer.ts'
import { isProblem } from '../../src/public-api/answer/problem.ts'
import { askedTransfer } from '../../src/public-api/handlers/transfers.ts'
import { renderedTransfer, transferHeadersOf } from './echo-answer.ts'

const validates = !process.argv.includes('--unvalidated')
const desk = { bodyLimit: 131_072, principal: 'local' }
let seq = 100_000 // as long a number as Surety's are after some rounds

const app = new Hono()
app.post('/v1/transfers', async ({ req: { raw } }) => {
  const posting = validates ? await validated(raw) : unvalidated(JSON.parse(await raw.text()))
  if (posting === undefined) return new Response('the form is wrong', { status: 400 })
  seq++
  return new Response(renderedTransfer(posting, seq), { status: 201, headers: transferHeadersOf(seq) })
})

async function validated(request: Request): Promise<PostingJson | undefined> {
  const asked = await askedTransfer(request, desk)
  if (isProblem(asked)) return undefined
  const [posting] = asked.command.postings
  return posting && postingJson(posting)
}

function unvalidated({ from, to, amount }: PostingJson): PostingJson {
  return { from, to, amount, asset: 'UNIT' }
}

process.once('SIGTERM', () => process.exit(0))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(`http://127.0.0.1:${port}`))
