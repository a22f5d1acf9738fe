// Where tokens are remembered. A port; the adapters of the operations data keep it.

import type { KeptToken } from '../tokens/token.ts'

/** All that is answered is durable. */
export interface TokenStore {
  /** All tokens, as they were kept. Rejects with OperationsDamaged. */
  tokens(): Promise<readonly KeptToken[]>
  /** New, or in the place of the one with its id. Rejects with OperationsFull. */
  saveToken(token: KeptToken): Promise<void>
  deleteToken(id: string): Promise<void>
}
