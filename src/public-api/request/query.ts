// The query of a URL: its parameters, none of them unknown.

import type { Problem } from '../answer/problem.ts'

/** The parameters; undefined if the URL has no query. */
export function queryOf(url: string): URLSearchParams | undefined {
  const start = url.indexOf('?')
  return start === -1 ? undefined : new URLSearchParams(url.slice(start + 1))
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
