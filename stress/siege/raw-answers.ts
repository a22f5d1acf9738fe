// Reads the bytes that a server sent as HTTP/1.1, strictly: what is not an answer to its last byte is a fault.

import { batchProblemAnswer } from '../../src/wire/batch.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawAnswers {
  readonly answers: readonly RawAnswer[]
  /** What is wrong with the bytes behind them, if there are any. */
  readonly fault?: string
}

const endOfHead = Buffer.from('\r\n\r\n')

/** `isHead`: no answer has a body, whatever its head says. */
export function readAnswers(bytes: Buffer, isHead = false): RawAnswers {
  const answers: RawAnswer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(endOfHead, at)
    if (end === -1) return { answers, fault: 'a head that does not end' }
    const head = readHead(bytes.toString('latin1', at, end))
    if (typeof head === 'string') return { answers, fault: head }
    const start = end + endOfHead.length
    const body =
      isHead || head.status < 200 || head.status === 204 ? { text: '', end: start } : readBody(bytes, start, head)
    if (typeof body === 'string') return { answers, fault: body }
    answers.push({ ...head, body: body.text })
    at = body.end
  }
  return { answers }
}

type Head = Omit<RawAnswer, 'body'>

function readHead(text: string): Head | string {
  const [first = '', ...lines] = text.split('\r\n')
  const status = /^HTTP\/1\.1 ([1-5][0-9][0-9]) [ -~]+$/.exec(first)?.[1]
  if (status === undefined) return `a status line that is none: ${first}`
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Za-z0-9-]+): ([\t -~]*)$/.exec(line) ?? []
    if (name === '') return `a header that is none: ${line}`
    if (headers.has(name.toLowerCase())) return `a header that comes twice: ${name}`
    headers.set(name.toLowerCase(), value)
  }
  return { status: Number(status), headers }
}

interface Body {
  readonly text: string
  readonly end: number
}

function readBody(bytes: Buffer, start: number, { headers }: Head): Body | string {
  const length = headers.get('content-length')
  if ((headers.get('transfer-encoding') === 'chunked') === (length !== undefined))
    return 'a body of no, or of two lengths'
  if (length === undefined) return readChunks(bytes, start)
  const end = start + Number(length)
  if (!/^[0-9]+$/.test(length) || end > bytes.length) return 'a body that breaks off'
  return { text: bytes.toString('utf8', start, end), end }
}

function readChunks(bytes: Buffer, start: number): Body | string {
  const pieces: Buffer[] = []
  for (let at = start; ; ) {
    const end = bytes.indexOf('\r\n', at)
    const size = end === -1 ? '' : bytes.toString('latin1', at, end)
    if (!/^[0-9a-f]+$/i.test(size)) return 'chunks that break off'
    const from = end + 2
    at = from + Number.parseInt(size, 16)
    if (bytes.toString('latin1', at, at + 2) !== '\r\n') return 'a chunk that breaks off'
    pieces.push(bytes.subarray(from, at))
    at += 2
    if (from + 2 === at) return { text: Buffer.concat(pieces).toString(), end: at }
  }
}

/** What is wrong with an answer of this server, whatever it was asked. */
export function faultOf({ status, headers, body }: RawAnswer): string | undefined {
  if (status < 200) return undefined
  if (status >= 500) return `${status} ${body}`
  if (!/^[0-9]+$/.test(headers.get('ledger-seq') ?? '')) return `${status} without a Ledger-Seq: ${body}`
  const requestId = headers.get('request-id')
  if (!/^req_\S+$/.test(requestId ?? '')) return `${status} without a Request-Id: ${body}`
  return status < 400 || body === '' ? undefined : faultOfProblem(status, headers.get('content-type'), body, requestId)
}

function faultOfProblem(status: number, type: string | undefined, body: string, requestId: string | undefined) {
  // The origin's two endpoints tell theirs in words.
  if (type === 'text/plain; charset=utf-8' && body.startsWith('error: ')) return undefined
  if (type !== 'application/problem+json') return `${status} as ${type}: ${body}`
  try {
    const problem = batchProblemAnswer.parse(JSON.parse(body))
    return problem.status === status && problem.request_id === requestId
      ? undefined
      : `${status} that tells another: ${body}`
  } catch (error) {
    return `${status} that is no problem: ${body} (${error})`
  }
}
