// After an outage: what became of each transfer, by asking the server that was started again.

import { type Answer, headRead, refusalTold, transferFound, transferMade } from '../checks/answers.ts'
import type { Findings } from '../checks/findings.ts'
import type { Client } from '../harness/client.ts'
import type { Recorder } from '../serializability/recorder.ts'
import { commandOf, contradicting, isRepeatable, type Sent } from './requests.ts'

const requestsAtOnce = 32

export class Inquest {
  readonly #client: Client
  readonly #findings: Findings
  readonly #recorder: Recorder

  constructor(client: Client, findings: Findings, recorder: Recorder) {
    this.#client = client
    this.#recorder = recorder
    this.#findings = findings
  }

  async head(): Promise<number> {
    return headRead(await this.#client.get('/v1/journal/head'))
  }

  /** Looks for each transfer whose answer never came: by its id, or by the seqs after `audited` that are nobody's; `others` are known. */
  async findLost(sent: readonly Sent[], audited: number, others: readonly number[]): Promise<void> {
    const lost = sent.filter(({ known }) => known === undefined)
    await this.#each(lost, async (request) => {
      const { id } = request.asked
      if (id !== undefined) this.#take(request, await this.#client.get(`/v1/transfers/${id}`))
    })
    const byReference = new Map(lost.map((request) => [request.asked.reference, request]))
    const taken = new Set([...others, ...sent.map(({ known }) => known?.told.seq)])
    const length = Math.max(0, (await this.head()) - audited)
    const open = Array.from({ length }, (_, index) => audited + 1 + index).filter((seq) => !taken.has(seq))
    await this.#each(open, async (seq) => {
      const answer = await this.#client.get(`/v1/transfers/tr_${seq}`)
      const request = byReference.get(JSON.parse(answer.text).reference)
      if (answer.status !== 200 || request === undefined) this.#findings.add(`seq ${seq} is nobody's: ${answer.text}`)
      else this.#take(request, answer)
    })
  }

  /** Each transfer that is known to have happened reads as it was told, byte for byte. */
  async reread(sent: readonly Sent[]): Promise<void> {
    await this.#each(sent, async ({ asked, known }) => {
      if (known === undefined) return
      const answer = await this.#client.get(`/v1/transfers/${known.told.id}`)
      transferFound(answer, asked)
      this.#findings.demand(answer.text === known.text, () => `${known.told.id} was ${known.text}, is ${answer.text}`)
    })
  }

  /** Sends again what may be sent again: a replay of what had happened, a first time for what had not. */
  async repeat(sent: readonly Sent[]): Promise<void> {
    await this.#each(sent.filter(isRepeatable), (request) => this.#sendAgain(request))
  }

  /** The same key or id for another amount must be refused, and move nothing. */
  async contradict(sent: readonly Sent[]): Promise<void> {
    const happened = sent.filter((request) => isRepeatable(request) && request.known !== undefined)
    await this.#each(happened, async (request) => {
      const { body, code } = contradicting(request)
      refusalTold(await this.#post(request, body, 1n), code)
    })
  }

  async #sendAgain(request: Sent): Promise<void> {
    const { asked, body, known } = request
    const answer = await this.#post(request, body)
    const told = transferMade(answer, asked)
    const replayed = answer.headers['idempotent-replayed'] === 'true'
    request.known ??= { text: answer.text, told }
    this.#findings.demand(replayed === (known !== undefined), () => {
      return `${asked.reference} was ${known === undefined ? 'not ' : ''}there, but sent again it was ${replayed ? '' : 'not '}replayed`
    })
    this.#findings.demand(answer.text === request.known.text, () => {
      return `${asked.reference} was answered ${known?.text}, sent again ${answer.text}`
    })
  }

  async #post(request: Sent, body: string, more = 0n): Promise<Answer> {
    const send = () => this.#client.post('/v1/transfers', body, request.headers)
    return (await this.#recorder.call(0, commandOf(request, more), send)).answer
  }

  #take(request: Sent, answer: Answer): void {
    if (answer.status === 404) return
    const told = transferFound(answer, request.asked)
    const { known } = request
    if (known === undefined) request.known = { text: answer.text, told }
    else this.#findings.add(`${request.asked.reference} is there twice: ${known.text} and ${answer.text}`)
  }

  async #each<Item>(items: readonly Item[], ask: (item: Item) => Promise<void>): Promise<void> {
    const rest = items.values()
    const worker = async () => {
      for (const item of rest) {
        await ask(item).catch((error: unknown) =>
          this.#findings.add(error instanceof Error ? error.message : `${error}`),
        )
      }
    }
    await Promise.all(Array.from({ length: requestsAtOnce }, worker))
  }
}
