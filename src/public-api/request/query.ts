// The query of a URL: its parameters, none of them unknown.

import type { Problem } from '../answer/problem.ts'

/** The parameters; undefined if the URL has no query. */
export function queryOf(url: string): URLSearchParams | undefined {
  const start = url.indexOf('?')
  return start === -1 ? undefined : new URLSearchParams(url.slice(start + 1))
}

const notDryRun: Problem = { code: 'unknown_field', detail: "The query parameter 'dry_run' is 'true' or left out." }

/** The query of a request that changes the ledger: it may only ask for a dry run. */
export function writeQuery(
  url: string,
): { readonly dryRun: boolean; readonly query: URLSearchParams | undefined } | Problem {
  const unknown = unknownParameter(url, ['dry_run'])
  if (unknown !== undefined) return unknown
  const query = queryOf(url)
  const told = query?.getAll('dry_run') ?? []
  // Taken for a wish to commit, `dry_run=false` or `dry_run=1` could move what was not to be moved.
  if (told.some((value) => value !== 'true')) return notDryRun
  return { dryRun: told.length > 0, query }
}

/** What one does not know one must not ignore: `as_of` asks for another balance, `dry_run` for no transfer. */
export function unknownParameter(url: string, known: readonly string[]): Problem | undefined {
  const query = queryOf(url)
  if (query === undefined) return undefined
  for (const name of query.keys()) {
    if (!known.includes(name)) return { code: 'unknown_field', detail: `There is no query parameter '${name}' here.` }
  }
  return undefined
}
