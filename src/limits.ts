// Every limit of a running server, in one place, each with its reason.

import type { StorageLimits } from '../actors/state-storage/state-storage.ts'
import type { QueueLimits } from '../actors/virtual-machine/request-queue.ts'

export const limits: QueueLimits & StorageLimits = {
  /** More waiting requests than this are seconds of work: better told `overloaded` at once. */
  queuedRequests: 65_536,
  /** What waiting requests may take in memory. */
  queuedBytes: 64 * 1_024 * 1_024,
  /** A batch of this size takes some 100 ms on two cores: past it the first would wait too long for the last. */
  batchRequests: 8_192,
  /** Bounds a journal line, so that it can be read, hashed and repaired in one piece. */
  batchBytes: 16 * 1_024 * 1_024,
  /** Facts in memory that the archive has not committed yet: some 100 MB. */
  archiveLag: 131_072,
  /** Recovery replays at most about twice this many transactions: some seconds. */
  checkpointEvery: 250_000,
  /** What must be free before a batch may write: the largest atomic batch (40 MiB) twice, and room. */
  recordBytes: 96 * 1_024 * 1_024,
}
