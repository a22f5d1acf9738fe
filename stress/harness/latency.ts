// How long answers took: percentiles over all of them, the slowest included, never an average of averages.

import { build, type Histogram } from 'hdr-histogram-js'

export interface LatencySummary {
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
}

/** Counts in microseconds, three significant digits, up to a minute. */
export class Latency {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })

  record(milliseconds: number): void {
    this.#histogram.recordValue(Math.min(60_000_000, Math.max(1, Math.round(milliseconds * 1_000))))
  }

  summary(): LatencySummary {
    const at = (percentile: number) => this.#histogram.getValueAtPercentile(percentile) / 1_000
    return { p50_ms: at(50), p99_ms: at(99), max_ms: at(100) }
  }
}
