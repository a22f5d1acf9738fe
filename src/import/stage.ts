// Where an import waits until it is checked, and how it then becomes the ledger: one port, for each engine its own adapter.

import type { Head } from '../../actors/state-storage/messages.ts'
import type { Shelf } from './line-check.ts'

export interface Stage extends Shelf {
  /** Settles when all lines are on disk, and rejects with ImportTooLarge if there is no room to put them in their place. */
  close(): Promise<void>
  /** Called while the ledger is closed. A rejection leaves open which ledger it is: only the next start may say. */
  install(head: Head): Promise<void>
  /** Nothing of it is kept. */
  discard(): Promise<void>
}
