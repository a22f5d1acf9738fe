// How the origin's two endpoints answer: in plain text, their errors too.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import { problemKinds } from '../../wire/problem.ts'
import { answerHeaders, textType } from './headers.ts'
import { type Problem, problemHeaders } from './problem.ts'

/** Faults of form are told in the origin's words, everything else by its code. */
export function originProblem(problem: Problem, seq: Seq, requestId: string): Response {
  const { status } = problemKinds[problem.code]
  const body = `error: ${status === 400 ? problem.detail : problem.code}`
  return new Response(body, { status, headers: problemHeaders(problem, textType, seq, requestId) })
}

/** `status` is 200, or a kept refusal's. */
export function originText(body: string, status: number, replayed: boolean, seq: Seq, requestId: string): Response {
  const headers = answerHeaders(textType, seq, requestId)
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  return new Response(body, { status, headers })
}
