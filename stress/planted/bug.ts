// A bug to plant: where it goes into the sources, and who must cry out.

import type { HarnessName } from './harnesses.ts'

export interface Edit {
  /** From the root of the repository. */
  readonly file: string
  /** Stands there once: a bug that has lost its place would prove nothing. */
  readonly find: string
  readonly replace: string
}

export interface Bug {
  /** What `--only` takes. */
  readonly name: string
  readonly what: string
  readonly edits: readonly Edit[]
  /** Two at least. */
  readonly caughtBy: readonly HarnessName[]
}
