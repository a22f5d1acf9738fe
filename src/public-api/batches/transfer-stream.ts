// A stream of transfers, one a line, answered by a stream of results, one a line.

import { isUtf8 } from 'node:buffer'
import { answerHeaders } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { renderLine, type Telling } from '../answer/render-batch.ts'
import { type Desk, notOpen, processTransfer } from '../desk.ts'
import { type Line, tooLong } from '../request/ndjson.ts'
import { parseTransfer } from '../request/parse-transfer.ts'
import { LineExchange } from './line-exchange.ts'

const ndjsonType = 'application/x-ndjson'
/** In bytes, without its end. */
const longestLine = 131_072

export function isNdjson({ headers }: Request): boolean {
  return /^application\/x-ndjson\s*(;|$)/i.test(headers.get('content-type') ?? '')
}

/** Begins the answer at once; it goes on until the last line is answered. */
export function streamTransfers(desk: Desk, client: Request, options: Telling): Response {
  const { body, headers: sent } = client
  const { seq } = desk.ledger.head()
  if (sent.has('idempotency-key')) return problemResponse(noKey, seq, options.requestId)
  const exchange = new LineExchange(body, longestLine, (line) => resultOf(desk, line, client, options))
  const forget = desk.streams.add(() => exchange.stop())
  if (forget === undefined || desk.ledger.status() !== 'open') return problemResponse(notOpen, seq, options.requestId)
  const headers = answerHeaders(ndjsonType, seq, options.requestId)
  if (options.minimal) headers['Preference-Applied'] = 'return=minimal'
  return new Response(exchange.results(forget), { headers })
}

const noKey: Problem = {
  code: 'invalid_id',
  detail: 'A stream takes no Idempotency-Key: its lines are exactly-once by their own id.',
}

function resultOf(desk: Desk, line: Line, client: Request, telling: Telling): string | Promise<string> {
  const parsed = line === tooLong ? longLine : isUtf8(line) ? parseTransfer(line.toString()) : notUtf8
  if (isProblem(parsed)) return renderLine(parsed, telling)
  const { command } = parsed
  const asked = telling.dryRun ? ({ command, dryRun: true } as const) : { command }
  return processTransfer(desk, asked, { requestId: telling.requestId, client }).then((answer) =>
    renderLine(answer, telling),
  )
}

const longLine: Problem = { code: 'invalid_json', detail: `A line may hold ${longestLine} bytes.` }
const notUtf8: Problem = { code: 'invalid_json', detail: 'The line is not UTF-8.' }
