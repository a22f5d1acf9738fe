// From what came of many transfers to the text that tells it, each result as a request of its own would be answered.

import type { Fact } from '../../../actors/contracts/facts.ts'
import type { Refusal } from '../../../actors/contracts/refusal.ts'
import type { TransferFact } from '../../../actors/contracts/transfer.ts'
import type { TransactionProcessed, TransactionRefused } from '../../../actors/virtual-machine/messages.ts'
import { problemKinds } from '../../wire/problem.ts'
import { isProblem, type Problem, renderProblem } from './problem.ts'
import { refusalProblem, renderRefusal, renderTransfer, renderUncommitted } from './render-v1.ts'

/** How a result is told. */
export interface Telling {
  /** `Prefer: return=minimal`: what came well is told by id and seq alone. */
  readonly minimal: boolean
  readonly dryRun: boolean
  readonly requestId: string
}

/** One line of an NDJSON stream's answer, without its end. */
export function renderLine(answer: TransactionProcessed | TransactionRefused | Problem, telling: Telling): string {
  const text = renderResult(answer, telling)
  return telling.dryRun ? renderUncommitted(text) : text
}

export function renderResult(answer: TransactionProcessed | TransactionRefused | Problem, telling: Telling): string {
  if (isProblem(answer)) return problemResult(answer, telling.requestId)
  if (answer.type === 'TransactionRefused') return problemResult(refusalProblem(answer.refusal), telling.requestId)
  return renderFact(answer.fact, telling)
}

export function renderFact(fact: Fact, { minimal }: Telling): string {
  const { refusal } = fact
  if (refusal !== undefined) {
    return `{"status":${problemKinds[refusal.code].status},"problem":${renderRefusal(refusal)}}`
  }
  if (fact.method !== 'Transfer') throw new Error(`a batch has no item of the method ${fact.method}`)
  return minimal ? minimalResult(fact) : `{"status":201,"transfer":${renderTransfer(fact)}}`
}

function minimalResult({ id, seq }: TransferFact): string {
  return `{"status":201,"id":"${id}","seq":"${seq}"}`
}

function problemResult(problem: Problem, requestId: string): string {
  return `{"status":${problemKinds[problem.code].status},"problem":${renderProblem(problem, requestId)}}`
}

export function renderBatch(results: readonly string[], { dryRun }: Telling): string {
  const text = `{"data":[${results.join(',')}]}`
  return dryRun ? renderUncommitted(text) : text
}

/** Why an atomic batch did not happen, and which item stood in the way, if it was one. */
export function renderBatchRefusal(refusal: Refusal, requestId: string): string {
  const { item, code } = refusal
  const problem = refusalProblem(refusal)
  if (item === undefined) return renderProblem(problem, requestId)
  const errors = [{ pointer: `/items/${item}`, code }]
  return `${renderProblem({ ...problem, errors }, requestId).slice(0, -1)},"item":${item}}`
}
