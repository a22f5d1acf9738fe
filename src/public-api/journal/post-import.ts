// POST /v1/import: a whole journal comes in as it went out, into an empty ledger.

import type { Context } from 'hono'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { isNdjson } from '../batches/transfer-stream.ts'
import { type Desk, notOpen } from '../desk.ts'
import { type Line, LineSplitter } from '../request/ndjson.ts'
import { writeQuery } from '../request/query.ts'
import { type ImportedHead, longestRecord } from './journal-door.ts'

export function postImport(desk: Desk) {
  return async function postImport({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const asked = writeQuery(raw.url)
    const imported = isProblem(asked) ? asked : await take(desk, raw, asked.dryRun)
    const { seq } = desk.ledger.head()
    if (isProblem(imported)) return problemResponse(imported, seq, requestId)
    const dry = !isProblem(asked) && asked.dryRun ? ',"committed":false' : ''
    const body = `{"seq":"${imported.seq}","hash":"${imported.hash}"${dry}}`
    return new Response(body, { headers: answerHeaders(jsonType, seq, requestId) })
  }
}

async function take(desk: Desk, request: Request, dryRun: boolean): Promise<ImportedHead | Problem> {
  if (!isNdjson(request)) return notNdjson
  if (request.headers.has('idempotency-key')) return noKey
  if (desk.journal === undefined) return notOpen
  const body = new Lines(desk, request.body)
  const forget = desk.streams.add(() => body.stop(notOpen))
  if (forget === undefined) return notOpen
  try {
    return await desk.journal.take(body.lines(), dryRun)
  } catch (error) {
    if (error instanceof BrokenOff) return error.problem
    throw error
  } finally {
    forget()
    body.stop(brokenOff)
  }
}

class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

interface Chunk {
  readonly value?: Uint8Array | undefined
}

/** The lines of a body that may take as long as it takes, but may not stand still. */
class Lines {
  readonly #desk: Desk
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #stopped: Problem | undefined

  constructor(desk: Desk, body: ReadableStream<Uint8Array> | null) {
    this.#desk = desk
    this.#reader = body?.getReader()
  }

  stop(problem: Problem): void {
    this.#stopped ??= problem
    this.#reader?.cancel().catch(() => {})
  }

  /** Throws BrokenOff where the body ends before its end: what came of its last line may be the beginning of another one. */
  async *lines(): AsyncGenerator<Line> {
    const splitter = new LineSplitter(longestRecord)
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield* splitter.lines(chunk)
    const last = splitter.last()
    if (last !== undefined) yield last
  }

  async #next(): Promise<Uint8Array | undefined> {
    const question = this.#desk.bodies.open<Chunk | Problem>()
    const reading = this.#reader?.read() ?? Promise.resolve({ done: true as const, value: undefined })
    reading.then(
      (result) => question.send(result),
      () => question.send(brokenOff),
    )
    const result = (await question.answer) ?? tooSlow
    const problem = this.#stopped ?? (isProblem(result) ? result : undefined)
    if (problem !== undefined) throw new BrokenOff(problem)
    return isProblem(result) ? undefined : result.value
  }
}

const notNdjson: Problem = {
  code: 'unsupported_media_type',
  detail: 'Send the body as Content-Type: application/x-ndjson.',
}
const noKey: Problem = {
  code: 'invalid_id',
  detail: 'An import takes no Idempotency-Key: it needs an empty ledger, and so it happens once.',
}
const brokenOff: Problem = { code: 'invalid_json', detail: 'The body broke off. Nothing was imported.' }
const tooSlow: Problem = { code: 'request_timeout', detail: 'The body stood still for 30 s. Nothing was imported.' }
