// The medians of all rounds, the ratios, and what they do not say.

import { baseline, type Cell } from './cells.ts'
import type { Measured } from './measure.ts'

export interface Row extends Cell, Measured {
  readonly least_requests_per_second: number
  readonly most_requests_per_second: number
  /** The median over the rounds of this server against the validating echo in the same round; null without it. */
  readonly ratio: number | null
}

/** `rounds`: for each cell its measurements, one a round, in the order of the rounds. */
export function rowsOf(rounds: ReadonlyMap<Cell, readonly Measured[]>): readonly Row[] {
  const entries = [...rounds]
  return entries.map(([cell, measured]) => {
    const echo = entries.find(
      ([{ server, connections }]) => server === baseline && connections === cell.connections,
    )?.[1]
    const rates = measured.map((one) => one.requests_per_second)
    const ratios = rates.map((rate, round) => rate / (echo?.[round]?.requests_per_second ?? NaN))
    const of = (member: keyof Measured) => median(measured.map((one) => one[member]))
    return {
      ...cell,
      requests_per_second: median(rates),
      least_requests_per_second: Math.min(...rates),
      most_requests_per_second: Math.max(...rates),
      ratio: echo === undefined ? null : median(ratios),
      p50_ms: of('p50_ms'),
      p99_ms: of('p99_ms'),
      max_ms: Math.max(...measured.map((one) => one.max_ms)),
      server_cpu_us_per_request: of('server_cpu_us_per_request'),
      generator_load: of('generator_load'),
      body_bytes: of('body_bytes'),
    }
  })
}

export function median(values: readonly number[]): number {
  const ascending = values.toSorted((one, other) => one - other)
  const middle = (ascending.length - 1) / 2
  return ((ascending[Math.floor(middle)] ?? NaN) + (ascending[Math.ceil(middle)] ?? NaN)) / 2
}

export function tableOf(rows: readonly Row[]): string {
  const head = ['server', 'connections', 'accounts', 'requests/s', 'least–most', `/ ${baseline}`]
  const lines = rows.map((row) => [
    row.server,
    `${row.connections}`,
    row.spread,
    row.requests_per_second.toFixed(0),
    `${row.least_requests_per_second.toFixed(0)}–${row.most_requests_per_second.toFixed(0)}`,
    row.ratio?.toFixed(2) ?? '',
    row.p50_ms.toFixed(2),
    row.p99_ms.toFixed(2),
    row.server_cpu_us_per_request.toFixed(0),
    `${(row.generator_load * 100).toFixed(0)} %`,
    row.body_bytes.toFixed(0),
  ])
  const table = [[...head, 'p50 ms', 'p99 ms', 'server CPU µs', 'generator', 'body'], ...lines]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? []
  return table.map((line) => line.map((text, column) => align(text, widths[column] ?? 0, column)).join('  ')).join('\n')
}

function align(text: string, width: number, column: number): string {
  return column === 0 || column === 2 ? text.padEnd(width) : text.padStart(width)
}

export const notMeasured = `Medians over the rounds; ratios are medians of each round's own ratio to the validating echo.
"server CPU µs" is of all threads of the server's process for one request, "generator" the load generator's share of one core:
near 100 % it is the limit, and the server could do more. Not measured: a network, TLS, more than this machine's cores
(the generator takes one of them, which a server with more threads than one feels most), long histories, many accounts, and
a disk of another kind than the one below the data folder. The copies of the journal are on one disk here.`
