// Whether a request has been decided before: by its key, or by the id that the client gave the transfer.

import { type Refusal, refused } from '../contracts/refusal.ts'
import type { Id, Transaction } from '../state-storage/messages.ts'
import type { ProcessTransaction, TransactionRequest } from './messages.ts'
import { requestName, transferName } from './names.ts'
import type { ReadFacts } from './processor.ts'

export interface Decided {
  readonly fact: Transaction
  readonly replayed: true
}

/** A transfer that the client may have named. */
interface Named {
  readonly id?: string
  readonly content?: string
}

interface KeptFact extends Transaction {
  readonly request?: { readonly fingerprint: string }
  readonly content?: string
}

type Keyed = TransactionRequest & { readonly command?: ProcessTransaction['command'] }

/** The names that a request's fact takes, whatever comes of it. */
export function namesOf(asked: Keyed): readonly Id[] {
  const { id } = namedIn(asked)
  return [
    ...(asked.request === undefined ? [] : [requestName(asked.request)]),
    ...(id === undefined ? [] : [transferName(id)]),
  ]
}

/** Idempotency goes before id, and both before anything that the state could say. */
export function decidedBefore(past: ReadFacts, asked: Keyed): Decided | Refusal | undefined {
  const { request } = asked
  if (request !== undefined) {
    const fact = past.fact(requestName(request)) as KeptFact | undefined
    if (fact !== undefined) {
      const same = fact.request?.fingerprint === request.fingerprint
      return same ? { fact, replayed: true } : refused('idempotency_key_reused')
    }
  }
  const { id, content } = namedIn(asked)
  return id === undefined ? undefined : namedBefore(past, id, content)
}

function namedIn({ command }: Keyed): Named {
  return (command ?? {}) as Named
}

export function namedBefore(past: ReadFacts, id: string, content: string | undefined): Decided | Refusal | undefined {
  const fact = past.fact(transferName(id)) as KeptFact | undefined
  if (fact === undefined) return undefined
  return fact.content === content ? { fact, replayed: true } : refused('id_exists_with_different_content')
}
