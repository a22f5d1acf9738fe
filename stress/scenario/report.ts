// What the stress run tells its reader, in words or as JSON.

import type { Findings } from '../checks/findings.ts'
import type { LatencySummary } from '../harness/latency.ts'
import type { Seen } from './run.ts'
import type { ScenarioOptions } from './scenario.ts'

export interface StressReport {
  readonly passed: boolean
  readonly seed: number
  readonly users: number
  readonly concurrency: number
  readonly zipf: number
  readonly transfers: number
  readonly refused: number
  readonly reads: number
  readonly strictly_serializable: number
  readonly seconds: number
  readonly requests_per_second: number
  readonly transfers_per_second: number
  readonly transfer_latency: LatencySummary
  readonly read_latency: LatencySummary
  readonly findings: readonly string[]
}

export function reportOf(options: ScenarioOptions, seen: Seen, findings: Findings): StressReport {
  const { seed, users, concurrency, zipf } = options
  const transfers = seen.transfers.length + seen.unplaced.length
  const requests = transfers + seen.refused + seen.reads.length
  return {
    passed: findings.count === 0,
    seed,
    users,
    concurrency,
    zipf,
    transfers,
    refused: seen.refused,
    reads: seen.reads.length,
    strictly_serializable: findings.count === 0 ? seen.checked : 0,
    seconds: Number(seen.seconds.toFixed(3)),
    requests_per_second: Math.round(requests / seen.seconds),
    transfers_per_second: Math.round(transfers / seen.seconds),
    transfer_latency: seen.transferLatency.summary(),
    read_latency: seen.readLatency.summary(),
    findings: findings.told(),
  }
}

export function reportText(report: StressReport): string {
  const { transfers, refused, reads, seconds, seed, users, concurrency } = report
  return [
    `${transfers} transfers, ${refused} refused, ${reads} reads in ${seconds} s (${users} users, ${concurrency} in flight, seed ${seed})`,
    `${report.transfers_per_second} transfers/s, ${report.requests_per_second} requests/s`,
    `transfers ${latencyText(report.transfer_latency)}`,
    `reads     ${latencyText(report.read_latency)}`,
    ...report.findings.map((finding) => `WRONG: ${finding}`),
    ...(report.strictly_serializable > 0 ? [`${report.strictly_serializable} operations strictly serializable`] : []),
    report.passed ? 'All balances, seqs and answers agree with the second book.' : `FAILED (seed ${seed})`,
  ].join('\n')
}

function latencyText({ p50_ms, p99_ms, max_ms }: LatencySummary): string {
  return `p50 ${p50_ms.toFixed(1)} ms, p99 ${p99_ms.toFixed(1)} ms, max ${max_ms.toFixed(1)} ms`
}
