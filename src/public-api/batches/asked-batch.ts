// A batch on its way through the handlers of its mode.

import type { RequestKey } from '../../../actors/virtual-machine/messages.ts'
import type { Telling } from '../answer/render-batch.ts'
import type { ParsedBatch } from '../request/parse-batch.ts'

/** A batch whose form is right, as the handlers of its modes get it. */
export interface AskedBatch extends Telling {
  readonly client: Request
  readonly batch: ParsedBatch
  readonly request?: RequestKey
}

/** What came of it, if it did. */
export interface BatchDone {
  readonly status: 200 | 201
  /** One an item, in the order of the items. */
  readonly results: readonly string[]
  readonly seq: number
  readonly replayed: boolean
}
