// GET /v1/journal: the journal itself, line for line, up to where it is when it is asked for.

import type { Context } from 'hono'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { answerHeaders } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { type Desk, notOpen } from '../desk.ts'
import { seqIn } from '../history/reached.ts'
import { queryOf, unknownParameter } from '../request/query.ts'

/** Lines go out together, in pieces of about so many bytes. */
const pieceBytes = 65_536

export function getJournal(desk: Desk) {
  return function getJournal({ req: { raw } }: Context): Response {
    const { status, head } = desk.ledger
    const { seq, hash } = head.call(desk.ledger)
    const requestId = desk.nextRequestId()
    const after = afterOf(raw.url)
    if (isProblem(after)) return problemResponse(after, seq, requestId)
    if (desk.journal === undefined || status.call(desk.ledger) !== 'open')
      return problemResponse(notOpen, seq, requestId)
    const headers = { ...answerHeaders('application/x-ndjson', seq, requestId), 'Journal-Hash': hash }
    if (raw.method === 'HEAD') return new Response(null, { headers })
    const body = streamed(desk, desk.journal.lines(after.seq, seq))
    return body === undefined ? problemResponse(notOpen, seq, requestId) : new Response(body, { headers })
  }
}

function afterOf(url: string): { readonly seq: Seq } | Problem {
  const unknown = unknownParameter(url, ['after'])
  if (unknown !== undefined) return unknown
  const text = queryOf(url)?.get('after') ?? null
  const seq = text === null ? -1 : seqIn(text)
  if (seq === undefined) return { code: 'malformed_request', detail: "'after' is a seq: a number in digits." }
  return { seq }
}

/** What breaks off is an error on the connection, never an end: half an export must not look like a whole one. */
function streamed(desk: Desk, lines: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> | undefined {
  const iterator = lines[Symbol.asyncIterator]()
  let isEnded = false
  const forget = desk.streams.add(() => {
    isEnded = true
  })
  if (forget === undefined) return undefined
  const over = async () => {
    forget()
    await iterator.return?.()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (isEnded) throw new Error('the server drains')
          const piece = await desk.turns.run(() => nextPiece(iterator))
          if (piece !== undefined) return controller.enqueue(piece)
          controller.close()
        } catch (error) {
          controller.error(error)
        }
        await over()
      },
      cancel: over,
    },
    { highWaterMark: 0 }, // nothing is read before it is wanted
  )
}

async function nextPiece(lines: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  while (length < pieceBytes) {
    const { value, done } = await lines.next()
    if (done === true) break
    parts.push(value, newline)
    length += value.length + newline.length
  }
  return parts.length === 0 ? undefined : Buffer.concat(parts)
}

const newline = Buffer.from('\n')
