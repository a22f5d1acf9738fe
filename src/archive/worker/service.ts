// The worker's side of a conversation: it is asked by name, one question after the other, and answers each.

import { parentPort } from 'node:worker_threads'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import { LinesRefused } from '../journal-line.ts'

export interface Question {
  readonly id: number
  readonly name: string
  readonly values: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly damaged: string }
  | { readonly id: number; readonly refused: string }

/** Nothing was done, and nothing is wrong with the archive: the question came at the wrong time. */
export class QuestionRefused extends Error {
  override readonly name = 'QuestionRefused'
}

/**
 * Answers questions with the methods of `service`. An error other than those that say what they mean is not answered: it
 * ends the worker, and with it everything that waits for an answer, because what is on disk is then unknown.
 */
export function serve(service: object): void {
  const methods = service as Record<string, (...values: readonly unknown[]) => unknown>
  parentPort?.on('message', ({ id, name, values }: Question) => {
    parentPort?.postMessage(answer(id, () => methods[name]?.(...values)))
  })
}

function answer(id: number, work: () => unknown): Answer {
  try {
    return { id, value: work() }
  } catch (error) {
    if (error instanceof ArchiveDamaged) return { id, damaged: error.message }
    if (error instanceof QuestionRefused || error instanceof LinesRefused) return { id, refused: error.message }
    throw error
  }
}
