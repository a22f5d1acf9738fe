// Browsers bring requests that nobody meant: of pages of other sites, and of names that somebody else points at this machine.

import type { Problem } from '../answer/problem.ts'

export const otherSite: Problem = { code: 'forbidden', detail: 'Pages of other sites may not move money.' }

/** A browser sends such a request for any page without asking first, if it has no media type that would make it ask. */
export function isOfAnotherSite({ method, url, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin !== null && origin.replace(/^https?:\/\//, '') !== hostIn(url)
}

export const otherName: Problem = {
  code: 'forbidden',
  detail: 'Without tokens only requests to 127.0.0.1, [::1] or localhost are answered: make a token, or use that name.',
}

const ownName = /^https?:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?\//i

/** A page of evil.example whose name suddenly means 127.0.0.1 counts as ours to the browser; only the name tells it. */
export function isByOwnName(url: string): boolean {
  return ownName.test(url)
}

function hostIn(url: string): string | undefined {
  return /^https?:\/\/([^/]*)/.exec(url)?.[1]
}
