// Under which names a request is known, and which answers took a seq of their own.

import type { Command } from '../../commands/command.ts'
import type { Told } from '../history.ts'
import { contentOf } from '../ledger/serial-ledger.ts'

/** The name under which asking again is the same request, with what is asked. A key comes before an id. */
export function nameOf(asked: Command): string | undefined {
  const [name] = namesOf(asked)
  return name === undefined ? undefined : `${name} ${contentOf(asked)}`
}

/** The names that a request takes, if it is kept. */
export function namesOf(asked: Command): readonly string[] {
  const id = idOf(asked)
  return [...(asked.key === undefined ? [] : [keyName(asked.key)]), ...(id === undefined ? [] : [idName(id)])]
}

export const keyName = (key: string): string => `key ${key}`
export const idName = (id: string): string => `id ${id}`

export function idOf(asked: Command): string | undefined {
  return asked.kind === 'transfer' || asked.kind === 'reverse' ? asked.body.id : undefined
}

/** The answer of somebody whose id is another request's; for an item's id a whole batch is refused, and that is another thing. */
export function isIdOfOther({ parts }: Pick<Told, 'parts'>): boolean {
  const { code, item } = parts[0] ?? {}
  return item === undefined && code === 'id_exists_with_different_content'
}

export function isKeyOfOther({ parts }: Told): boolean {
  const { code, item } = parts[0] ?? {}
  return item === undefined && code === 'idempotency_key_reused'
}

/** A key that is free is taken by whatever comes of its request; a key of another is not, and an id alone keeps no second answer. */
export function isNotKept(asked: Pick<Command, 'key'>, told: Told): boolean {
  return isKeyOfOther(told) || (isIdOfOther(told) && asked.key === undefined)
}

/** What an answer of its own tells; undefined when the request took none. */
export function ownSeq(command: Command, told: Told): number | undefined {
  const { status, ledgerSeq, parts } = told
  if (status >= 400) {
    const isKept = [404, 409, 412, 422].includes(status) && !isNotKept(command, told)
    return isKept && namesOf(command).length > 0 ? ledgerSeq : undefined
  }
  if (command.kind !== 'batch') return parts[0]?.seq
  // Every item may be one that happened before; then only the key takes a seq.
  return command.key !== undefined || parts.some(({ seq }) => seq === ledgerSeq) ? ledgerSeq : undefined
}
