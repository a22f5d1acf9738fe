// PUT and PATCH /v1/accounts/{id}.

import type { Context } from 'hono'
import type { SettingsFact } from '../../../actors/contracts/settings.ts'
import { isId } from '../../wire/identifiers.ts'
import { accountHeaders } from '../answer/headers.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { renderSettings } from '../answer/render-v1.ts'
import type { Asked, Desk } from '../desk.ts'
import { readJsonText, readMergePatchText } from '../request/body.ts'
import { ifMatchIn, parseSettings } from '../request/parse-settings.ts'
import { answerTransaction, askedBy, type Tell } from './transaction.ts'

export function putAccount(desk: Desk) {
  return settingsHandler(desk, true)
}

export function patchAccount(desk: Desk) {
  return settingsHandler(desk, false)
}

function settingsHandler(desk: Desk, replace: boolean) {
  return async function setAccount(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const client = context.req.raw
    const asked = await askedSettings(client, desk, context.req.param('id') ?? '', replace)
    return answerTransaction(desk, asked, { requestId, client }, tellSettings)
  }
}

async function askedSettings(
  request: Request,
  desk: Desk,
  account: string,
  replace: boolean,
): Promise<Asked<'SetAccount'> | Problem> {
  if (!isId(account)) return { code: 'invalid_id', detail: 'An account has no id of this form.' }
  const seen = ifMatchIn(request.headers.get('if-match'))
  if (isProblem(seen)) return seen
  return askedBy(request, desk, {
    method: 'SetAccount',
    path: `/v1/accounts/${account}`,
    read: replace ? readJsonText : readMergePatchText,
    parse: (text) => parseSettings(text, { account, replace, ...seen }),
  })
}

const tellSettings: Tell = (fact, replayed, seq, requestId) => {
  const settings = fact as SettingsFact
  const headers = accountHeaders(settings.settings?.revision ?? 0, seq, requestId)
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  return { status: 200, body: renderSettings(settings), headers }
}
