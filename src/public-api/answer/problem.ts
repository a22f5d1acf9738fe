// How a problem is told (RFC 9457): the body, and the headers that go with it.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import { type FieldError, type ProblemCode, problemCodes, problemKinds } from '../../wire/problem.ts'
import { type AnswerHeaders, answerHeaders, problemType } from './headers.ts'

/** Something to tell the client instead of what it asked for. */
export interface Problem {
  readonly code: ProblemCode
  readonly detail: string
  readonly errors?: readonly FieldError[]
  /** Where this one differs from others of its code. */
  readonly retryable?: boolean
  /** The methods that the path has. */
  readonly allow?: string
  /** Whole seconds until asking again makes sense; 1 if left out. */
  readonly retryAfter?: number
}

/** Problems stand where a result was expected; no result has a `code`. */
export function isProblem(result: object): result is Problem {
  return 'code' in result
}

const openings = new Map(
  problemCodes.map((code) => {
    const { title, status } = problemKinds[code]
    return [code, `{"type":"urn:surety:problem:${code}","title":"${title}","status":${status},"detail":`]
  }),
)

export function renderProblem(problem: Problem, requestId: string): string {
  const { code, detail, errors = [], retryable = problemKinds[code].retryable } = problem
  return `${openings.get(code)}${JSON.stringify(detail)},"code":"${code}","retryable":${retryable},"request_id":${JSON.stringify(requestId)},"errors":${JSON.stringify(errors)}}`
}

/** Adds what clients must be told in headers: when to come back, which methods there are. */
export function problemHeaders(problem: Problem, contentType: string, seq: Seq, requestId: string): AnswerHeaders {
  const headers = answerHeaders(contentType, seq, requestId)
  const { status } = problemKinds[problem.code]
  if (status === 503 || status === 429) headers['Retry-After'] = String(problem.retryAfter ?? 1)
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer realm="surety"'
  if (problem.allow !== undefined) headers.Allow = problem.allow
  return headers
}

export function problemResponse(problem: Problem, seq: Seq, requestId: string): Response {
  return new Response(renderProblem(problem, requestId), {
    status: problemKinds[problem.code].status,
    headers: problemHeaders(problem, problemType, seq, requestId),
  })
}
