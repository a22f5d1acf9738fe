// Who took a key or an id, with which answer: whoever comes later under the same name gets that one, or is refused.

import type { Command } from '../../commands/command.ts'
import { type Call, described, isRead, type Part } from '../history.ts'
import { contentOf, type SerialLedger } from '../ledger/serial-ledger.ts'
import type { Owner } from '../ledger/serial-state.ts'
import type { Kind, Violations } from '../violations.ts'
import { idName, idOf, isIdOfOther, keyName, namesOf } from './names.ts'

const nothing: Part = { balances: {} }

export class Claims {
  readonly #ledger: SerialLedger
  readonly #isLost: (name: string) => boolean
  readonly #violations: Violations

  /** `isLost`: whether a call with this name, `key …` or `id …`, never got an answer that tells when it took it. */
  constructor(ledger: SerialLedger, isLost: (name: string) => boolean, violations: Violations) {
    this.#ledger = ledger
    this.#isLost = isLost
    this.#violations = violations
  }

  /** A lost request may have taken it, and been refused: then no answer tells when. */
  isUnsure(id: string): boolean {
    return this.#ledger.owner(idName(id)) === undefined && this.#isLost(idName(id))
  }

  /** Something new was done: its names must have been free. */
  begin(call: Call, command: Command): void {
    const { asked } = call
    const names = asked === command ? namesOf(command) : namesOf(command).filter((name) => !name.startsWith('key '))
    for (const name of names) {
      this.#demand(this.#ledger.owner(name) === undefined, 'replay', call, () => `it was done, but ${name} was taken`)
    }
    if (asked !== command && !isRead(asked)) this.#beginItems(call, asked)
  }

  /** What was done takes its names. An item of a batch has an id at most. */
  take({ asked, told }: Call, command: Command, part: Part = nothing): void {
    const isWhole = asked === command
    const owner = { content: contentOf(command), digest: isWhole ? told?.digest : undefined, part }
    if (isWhole && command.key !== undefined) this.#ledger.own(keyName(command.key), owner)
    this.#takeId(idOf(command), owner)
  }

  /** A new key for an id that is known: a seq of its own, the answer of old or the same refusal for ever, nothing done. */
  repeat(call: Call, asked: Command): void {
    const { told, key, id } = { told: call.told, key: asked.key ?? '', id: idOf(asked) ?? '' }
    const isTaken = this.#ledger.owner(keyName(key)) !== undefined
    this.#demand(!isTaken, 'replay', call, () => `it took a seq, but key ${key} was taken`)
    const owner = this.#ledger.owner(idName(id))
    const content = contentOf(asked)
    const isOther = told !== undefined && isIdOfOther(told)
    const claim = { content, digest: told?.digest, part: told?.parts[0] ?? nothing }
    if (owner === undefined) {
      const why = () => `nobody had taken id ${id} by then`
      this.#demand(this.#isLost(idName(id)), isOther ? 'decision' : 'replay', call, why)
      if (!isOther) this.#takeId(id, claim)
    } else if (isOther) {
      const why = () => `it was refused for the same request as its own, by id ${id}`
      this.#demand(owner.content !== content, 'decision', call, why)
    } else this.#sameAs(owner, call, content)
    if (!isTaken) this.#ledger.own(keyName(key), claim)
  }

  /** Marked as a replay: what its names' owner was told. */
  replay(call: Call, asked: Command): void {
    const { told } = call
    const owner = this.#ownerOf(asked)
    const [name = ''] = namesOf(asked)
    if (owner !== undefined && this.#ledger.owner(name) === owner) return this.#sameAs(owner, call, contentOf(asked))
    // Only a request whose answer was lost can have taken its key unseen; and what happened in it is seen at its seq.
    const isTrace = namesOf(asked).some(this.#isLost) && ((told?.status ?? 0) >= 400 || owner !== undefined)
    this.#demand(isTrace, 'replay', call, () => 'it is marked as a replay, but nothing had happened under its name')
    if (!isTrace) return
    const claim = { content: contentOf(asked), digest: told?.digest, part: told?.parts[0] ?? nothing }
    if (asked.key !== undefined) this.#ledger.own(name, claim)
    if (told !== undefined && isIdOfOther(told)) return
    if (owner === undefined) this.#takeId(idOf(asked), claim)
    else this.#sameAs(owner, call, claim.content)
  }

  /** Refused, and not kept, because its key or its id is another request's. */
  refusedForOther(call: Call, asked: Command): void {
    const [name = ''] = namesOf(asked) // the key; an id only where there is none
    const owner = this.#ledger.owner(name)
    const isOther = owner === undefined ? this.#isLost(name) : owner.content !== contentOf(asked)
    this.#demand(isOther, 'decision', call, () => 'no other request had taken its name by then')
  }

  /** Decided as if nobody had its names. */
  decidedAnew(call: Call, asked: Command): void {
    const isFree = this.#ownerOf(asked) === undefined
    this.#demand(isFree, 'replay', call, () => 'its name was taken, and it was decided once more')
  }

  /** The whole answer to an independent batch: its key was taken with its first item. */
  wholeBatch(call: Call, asked: Command): void {
    if (asked.key === undefined) return
    this.#beginItems(call, asked)
    const owner = this.#ledger.owner(keyName(asked.key))
    if (owner !== undefined) this.#compareBytes(owner, call)
  }

  #beginItems(call: Call, asked: Command): void {
    if (asked.kind !== 'batch' || asked.body.mode !== 'independent' || asked.key === undefined) return
    const [name, content] = [keyName(asked.key), contentOf(asked)]
    const owner = this.#ledger.owner(name)
    const isOwn = owner === undefined || owner.content === content
    this.#demand(isOwn, 'replay', call, () => `it was done, but ${name} was taken`)
    if (owner === undefined) this.#ledger.own(name, { content, digest: undefined, part: nothing })
  }

  #takeId(id: string | undefined, owner: Owner): void {
    if (id === undefined) return
    this.#ledger.own(idName(id), { ...owner })
    if (owner.part.code !== undefined) this.#ledger.keepRefused(id)
  }

  #sameAs(owner: Owner, call: Call, content: string): void {
    const isSame = owner.content === content
    const why = () => 'its name was taken by another request, and it got the answer to that one'
    this.#demand(isSame, 'replay', call, why)
    if (isSame) this.#compareBytes(owner, call)
  }

  #compareBytes(owner: Owner, call: Call): void {
    const { told } = call
    owner.digest ??= told?.digest
    this.#demand(owner.digest === told?.digest, 'replay', call, () => 'these are not the bytes of the first answer')
  }

  #ownerOf(asked: Command): Owner | undefined {
    const byKey = asked.key === undefined ? undefined : this.#ledger.owner(keyName(asked.key))
    const id = idOf(asked)
    return byKey ?? (id === undefined ? undefined : this.#ledger.owner(idName(id)))
  }

  #demand(holds: boolean, kind: Kind, call: Call, message: () => string): void {
    this.#violations.demand(holds, kind, () => `${described(call)}: ${message()}`)
  }
}
