// What must hold of every answer to a request that keeps no rules, and of the ledger after all of them.

import type { Findings } from '../checks/findings.ts'
import { faultOf, type RawAnswer, readAnswers } from './raw-answers.ts'
import type { Heard } from './raw-exchange.ts'
import type { RawRequest } from './raw-request.ts'

export class Judge {
  readonly #findings: Findings
  readonly #since: number
  /** How often each status was the first one told; 0: nothing was said. */
  readonly statuses = new Map<number, number>()
  /** What was told to have happened: chance can make one good request of another. */
  readonly accepted = new Set<number>()
  /** Of writes of which nothing was said: chance can have made a good one whose client had ended its side, and was not told. */
  readonly unheard: string[] = []

  /** `since`: the last seq before the siege. */
  constructor(findings: Findings, since: number) {
    this.#findings = findings
    this.#since = since
  }

  /** Answers whether it held. */
  hear(request: RawRequest, heard: Heard): boolean {
    const { answers, fault } = readAnswers(heard.bytes, request.isHead)
    const first = answers[0]?.status ?? 0
    this.statuses.set(first, (this.statuses.get(first) ?? 0) + 1)
    for (const answer of answers) this.#note(request, answer)
    if (answers.length === 0 && isWrite(request)) this.unheard.push(Buffer.concat(request.pieces).toString('latin1'))
    const wrong = this.#wrong(request, heard, answers, fault)
    if (wrong !== undefined) this.#findings.add(`${request.name}: ${wrong}\n${told(request)}`)
    return wrong === undefined
  }

  #wrong({ most, statuses }: RawRequest, heard: Heard, answers: readonly RawAnswer[], fault: string | undefined) {
    // Who is answered may rest: such a connection is idle, and longer lived.
    if (heard.leftOpen && answers.length === 0) return 'the connection was left open'
    if (fault !== undefined && !(heard.isReset && isBrokenOff(fault))) return fault
    const first = answers[0]?.status
    if (first !== undefined && statuses !== undefined && !statuses.includes(first)) {
      return `answered ${first} and not ${statuses.join(', ')}: ${answers[0]?.body}`
    }
    if (most !== undefined && answers.length > most) return `${answers.length} answers, and not ${most}`
    return answers.map(faultOf).find((one) => one !== undefined)
  }

  /** Whether one of them asked for this event: it names all the accounts that the event does. */
  wasUnheard(event: string): boolean {
    const names = [...event.matchAll(/"(?:from|to|account)":"([^"]+)"/g)].map(([, name = '']) => name)
    return names.length > 0 && this.unheard.some((asked) => names.every((name) => asked.includes(name)))
  }

  #note(request: RawRequest, { status, headers, body }: RawAnswer): void {
    if (!isWrite(request) || status >= 300 || body.includes('"committed":false')) return
    const seqs = [...body.matchAll(/"(?:updated_)?seq":"([0-9]+)"/g)].map(([, seq]) => Number(seq))
    if (headers.get('content-type')?.startsWith('text/plain')) seqs.push(Number(headers.get('ledger-seq')))
    for (const seq of seqs) if (seq > this.#since) this.accepted.add(seq)
  }
}

/** POST, PUT, or PATCH. */
function isWrite({ pieces }: RawRequest): boolean {
  return pieces[0]?.[0] === 0x50
}

function isBrokenOff(fault: string): boolean {
  return /break|end/.test(fault)
}

/** So that it can be sent again. */
function told({ pieces }: RawRequest): string {
  return JSON.stringify(Buffer.concat(pieces).toString('latin1').slice(0, 240))
}
