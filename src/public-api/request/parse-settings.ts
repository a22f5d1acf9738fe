// From the text of a body, and If-Match, to the settings that an account shall have.

import type { SettingsCommand } from '../../../actors/contracts/settings.ts'
import { defaultAsset } from '../../wire/identifiers.ts'
import { type SettingsPatch, settingsPatch, settingsRequest } from '../../wire/settings.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { canonicalOf } from './idempotency.ts'
import { type ParsedBody, parseBody } from './parse-action.ts'

export function parseSettings(
  text: string,
  place: Pick<SettingsCommand, 'account' | 'replace' | 'ifMatch'>,
): ParsedBody<SettingsCommand> | Problem {
  const body: SettingsPatch | Problem = parseBody(text, place.replace ? settingsRequest : settingsPatch)
  if (isProblem(body)) return body
  const { asset = defaultAsset, min_balance, max_balance, closed, metadata } = body
  const command = {
    ...place,
    asset,
    ...(min_balance !== undefined && { minimum: limitOf(min_balance) }),
    ...(max_balance !== undefined && { maximum: limitOf(max_balance) }),
    ...(closed !== undefined && { closed }),
    ...(metadata !== undefined && { metadata }),
  }
  return { command, canonical: () => canonicalOf(body) }
}

function limitOf(amount: string | number | null): bigint | null {
  return amount === null ? null : BigInt(amount)
}

const entityTag = /^\s*(W\/)?"([\x21\x23-\x7e]*)"\s*$/
const revision = /^(0|[1-9][0-9]{0,14})$/

/** The revisions that If-Match names, compared strongly (RFC 9110): a weak tag, or one that was never ours, matches none. */
export function ifMatchIn(header: string | null): Pick<SettingsCommand, 'ifMatch'> | Problem {
  if (header === null) return {}
  if (header.trim() === '*') return { ifMatch: '*' }
  const tags = header.split(',').map((tag) => entityTag.exec(tag))
  if (tags.includes(null)) return { code: 'malformed_request', detail: 'If-Match is * or a list of ETags in quotes.' }
  const strong = tags.flatMap((tag) => (tag?.[1] === undefined && revision.test(tag?.[2] ?? '') ? [tag?.[2]] : []))
  return { ifMatch: strong.map(Number) }
}
