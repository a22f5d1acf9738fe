// All tables of cases, by name.

import { adaptive } from './cases/adaptive.ts'
import { buckets } from './cases/buckets.ts'
import { cached } from './cases/cache.ts'
import { composites } from './cases/composition.ts'
import { concurrency, weights } from './cases/concurrency.ts'
import { keyed, repeated } from './cases/keyed.ts'
import { latencies, readings } from './cases/load.ts'
import { pauses } from './cases/pauses.ts'
import { priority } from './cases/priority.ts'
import { cells, timed } from './cases/rate.ts'
import { values } from './cases/values.ts'
import type { Cases } from './harness.ts'

export const tables: Readonly<Record<string, Cases>> = {
  adaptive,
  buckets,
  cached,
  cells,
  composites,
  concurrency,
  keyed,
  latencies,
  pauses,
  priority,
  readings,
  repeated,
  timed,
  values,
  weights,
}
