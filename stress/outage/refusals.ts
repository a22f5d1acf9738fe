// Requests that must be refused, before an outage and after it: what was refused is never found to have happened.

import type { Answer } from '../checks/answers.ts'
import { refusalTold } from '../checks/answers.ts'
import type { TransferSeen } from '../checks/audit.ts'
import type { Findings } from '../checks/findings.ts'
import type { Command } from '../commands/command.ts'
import type { Client } from '../harness/client.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import type { Recorder } from '../serializability/recorder.ts'
import { accountName } from './requests.ts'

/** With an id, so that its refusal is kept: it has a seq, and is told again when it is asked again. */
export interface Refusal {
  readonly id: string
  /** What is asked, as the checker of serializability knows it. */
  readonly command: Command
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** The refusal as it was answered. */
  answered?: string
  seq?: number
}

const code = 'guard_failed'

/** Guarded by a version that no account reaches. */
export function newRefusal(random: Random, users: number, reference: string): Refusal {
  const user = () => accountName(wholeNumber(random, 0, users - 1))
  const [from, to, id] = [user(), user(), `refused:${reference}`]
  const guard = { [from]: { version: Number.MAX_SAFE_INTEGER } }
  const key = random() < 0.5 ? `key of ${id}` : undefined
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  const postings = [{ from, to, amount: '1', asset: 'UNIT' }]
  const command: Command = { kind: 'transfer', body: { id, postings, guard }, ...(key !== undefined && { key }) }
  return { id, command, body: JSON.stringify({ id, from, to, amount: '1', guard }), headers }
}

/** Throws WrongAnswer for anything but the refusal. A replay tells the Request-Id of the first answer. */
export function refusalAnswered(refusal: Refusal, answer: Answer, findings: Findings): void {
  const { request_id } = JSON.parse(answer.text) as { request_id?: string }
  const isReplayed = answer.headers['idempotent-replayed'] === 'true'
  refusalTold(isReplayed ? { ...answer, headers: { ...answer.headers, 'request-id': request_id } } : answer, code)
  const { id, answered = answer.text } = refusal
  refusal.answered = answered
  findings.demand(answered === answer.text, () => `${id} was refused as ${answered}, and then as ${answer.text}`)
}

/** Looks for each: one that was answered is there as refused, any other one as refused or not at all. */
export async function findRefusals(refusals: readonly Refusal[], client: Client, findings: Findings): Promise<void> {
  for (const refusal of refusals) {
    const { status, text } = await client.get(`/v1/transfers/${refusal.id}`)
    if (status === 404) {
      findings.demand(refusal.answered === undefined, () => `the refusal of ${refusal.id} was answered, and is gone`)
      continue
    }
    const { state, seq } = JSON.parse(text) as { state?: string; seq?: string }
    findings.demand(state === 'refused', () => `${refusal.id} was to be refused, and is there: ${text}`)
    refusal.seq = Number(seq)
  }
}

/** Sends each again. Afterwards all of them are kept. */
export async function repeatRefusals(
  refusals: readonly Refusal[],
  client: Client,
  recorder: Recorder,
  findings: Findings,
): Promise<void> {
  for (const refusal of refusals) {
    const post = () => client.post('/v1/transfers', refusal.body, refusal.headers)
    refusalAnswered(refusal, (await recorder.call(0, refusal.command, post)).answer, findings)
  }
  await findRefusals(refusals, client, findings)
}

/** For the book: a refusal takes a seq and moves nothing, as a transfer from an account to itself. */
export function seenRefusals(refusals: readonly Refusal[]): readonly TransferSeen[] {
  const nobody = { from: 'nobody', to: 'nobody', amount: 0n, holdings: new Map(), sentAfter: 0 }
  return refusals.flatMap(({ seq }) => (seq === undefined ? [] : [{ ...nobody, seq }]))
}
