// What is measured in a run: each server at each number of connections, Surety also with a few accounts in most transfers.

export type ServerName = 'node:http' | 'echo' | 'unvalidated echo' | 'surety' | 'surety unadmitted'
export type Spread = 'uniform' | 'zipf 1.5'

export interface Cell {
  readonly server: ServerName
  readonly connections: number
  readonly spread: Spread
}

export const skews: Readonly<Record<Spread, number>> = { uniform: 0, 'zipf 1.5': 1.5 }

/** What every ratio is against, in the same round at the same number of connections. */
export const baseline: ServerName = 'echo'

/** `only`: part of a server's name. */
export function cellsOf(connections: readonly number[], only: string | undefined): readonly Cell[] {
  return connections.flatMap((count) =>
    rows
      .filter(([server]) => only === undefined || server.includes(only))
      .map(([server, spread]) => ({ server, spread, connections: count })),
  )
}

const rows: readonly (readonly [ServerName, Spread])[] = [
  ['node:http', 'uniform'],
  ['unvalidated echo', 'uniform'],
  ['echo', 'uniform'],
  ['surety', 'uniform'],
  ['surety', 'zipf 1.5'],
  ['surety unadmitted', 'uniform'],
]

/** Another order in each round, so that none is always the one after the same other. */
export function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
