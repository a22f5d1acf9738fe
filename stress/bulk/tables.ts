// What the bulk bench prints: few numbers, and what they do not say.

import { median } from '../bench/report.ts'
import type { BulkMode } from './bodies.ts'
import type { Burst } from './burst.ts'
import { type Stage, stages } from './stages.ts'
import { threadKinds } from './threads.ts'

export interface BulkRow {
  readonly mode: BulkMode
  /** Medians over the rounds. */
  readonly burst: Burst
  /** CPU µs a transfer. */
  readonly stages: Readonly<Record<Stage, number>>
}

export function medianOf(bursts: readonly Burst[]): Burst {
  const of = (told: (burst: Burst) => number) => median(bursts.map(told))
  return {
    acknowledged_per_second: of((burst) => burst.acknowledged_per_second),
    archived_per_second: of((burst) => burst.archived_per_second),
    cpu_us_per_transfer: Object.fromEntries(
      threadKinds.map((kind) => [kind, of((burst) => burst.cpu_us_per_transfer[kind])]),
    ) as Burst['cpu_us_per_transfer'],
    generator_load: of((burst) => burst.generator_load),
  }
}

export function bulkTables(rows: readonly BulkRow[]): string {
  const rates = rows.map(({ mode, burst }) => [
    mode,
    burst.acknowledged_per_second.toFixed(0),
    burst.archived_per_second.toFixed(0),
    `${(100 * burst.generator_load).toFixed(0)} %`,
  ])
  const threads = rows.map(({ mode, burst: { cpu_us_per_transfer: spent } }) =>
    line(
      mode,
      threadKinds.map((kind) => spent[kind]),
    ),
  )
  const parts = rows.map(({ mode, stages: spent }) =>
    line(
      mode,
      stages.map((stage) => spent[stage]),
    ),
  )
  return [
    table([['transfers/s', 'acknowledged', 'and archived', 'generator'], ...rates]),
    table([['server, CPU µs a transfer', ...threadKinds, 'together'], ...threads]),
    table([['stage, CPU µs a transfer', ...stages, 'together'], ...parts]),
  ].join('\n\n')
}

function line(mode: string, spent: readonly number[]): string[] {
  const together = spent.reduce((sum, one) => sum + one, 0)
  return [mode, ...[...spent, together].map((one) => one.toFixed(2))]
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines
    .map((line) =>
      line
        .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n')
}

export const notMeasured = `Medians. "Acknowledged": from the first byte sent until every transfer of the burst is answered, durable in both copies.
"And archived": until the history shows the last of them. The stages ran one after the other in a process of their own,
with the server's own code and all threads counted. What the server's threads used beyond them: HTTP, messages between
actors and threads, what they wait for each other, and a burst too short for the compiler. Not measured: a network, TLS, more
cores than the generator leaves, bursts longer than these, many accounts, a long history, and copies on two disks.`
