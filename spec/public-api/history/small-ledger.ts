// A whole ledger in memory behind PublicApi, with a clock that stands until it is set.

import { createPublicApi } from '../../../src/public-api/public-api.ts'
import { aNode } from '../../node/nodes.ts'
import { documents, json } from '../doubles.ts'

export const begin = Date.parse('2024-01-01T00:00:00Z')

export interface Told {
  readonly status: number
  readonly seq: string | null
  readonly body: { readonly data: readonly Line[]; readonly next_cursor: string | null } & Line
}
type Line = Readonly<Record<string, unknown>>

export async function aSmallLedger() {
  let now = begin
  const { node, archive } = aNode({ clock: { startAfter: () => {}, now: () => now, wakeAt: () => {} } })
  await node.start()
  const scheduled: (() => void)[] = []
  const { app } = createPublicApi({
    ledger: node,
    history: archive.history,
    accounts: archive.accounts,
    log: { error: () => {} },
    randomBytes: (size) => new Uint8Array(size),
    schedule: (callback) => void scheduled.push(callback),
    documents,
  })
  const ask = async (path: string, init: RequestInit): Promise<Told> => {
    const response = await app.request(path, init)
    const body = (await response.json()) as Told['body']
    return { status: response.status, seq: response.headers.get('Ledger-Seq'), body }
  }
  return {
    app,
    archive,
    /** Seconds after the beginning. */
    setClock(seconds: number) {
      now = begin + 1_000 * seconds
    },
    post: (path: string, body: object = {}) => ask(path, json(JSON.stringify(body))),
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    /** Lets all deadlines pass. */
    passDeadlines() {
      for (let sweep = 0; sweep < 12; sweep++) for (const callback of scheduled.splice(0)) callback()
    },
    /** Moves amounts from a to b, one a second. */
    async move(...amounts: readonly number[]) {
      for (const amount of amounts) {
        await ask('/v1/transfers', json(`{"from":"a","to":"b","amount":${amount}}`))
        now += 1_000
      }
    },
  }
}
