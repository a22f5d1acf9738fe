// Every limit of a running server, in one place, each with its reason.

import type { StorageLimits } from '../actors/state-storage/state-storage.ts'
import type { QueueLimits } from '../actors/virtual-machine/request-queue.ts'
import type { AdmissionLimits } from './public-api/admission/admission.ts'

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

/** What may be under way and wait before the VirtualMachine, whose own bound (above) is the last line behind these. */
export const admissionLimits: AdmissionLimits = {
  /** Past some 256 in a batch its cost is shared by enough; four times that keeps the disk busy, some 100 ms of work. */
  slots: 1_024,
  /** Of each lane, another 200 ms of work: a longer line only makes everybody late. */
  places: 2_048,
  /** Reads are cheap, and somebody looks at them. */
  shares: { reads: 1, singles: 1 },
  /** An answer after a second is late: then the line is too long for what the server can do now. */
  slowMs: 1_000,
  /** Fewer would make small batches and with them a server that is slower still. */
  leastInside: 512,
  /** The largest atomic batch, as much as the VirtualMachine decides at once: whoever comes between waits for one, not for many. */
  bulkUnits: 8_192,
  /** The windows (2,048 lines) of sixteen streams, some 40 MB. */
  bulkPlaces: 32_768,
  /** One thread reads the archive, some 1,000 times a second; who asks for what is yet to come holds a place for up to 5 s. */
  historyPlaces: 256,
  /** Half of the time after which a client is told that the outcome is unknown. */
  longestWaitMs: 5_000,
  /** Three full batches at once held it for more than a second on a busy machine, and were served. After this long others have given up. */
  eventLoopDelayMs: 5_000,
  /** Some 3 MB. One that is forgotten has not been seen while 10,000 others were. */
  rateKeys: 10_000,
}
