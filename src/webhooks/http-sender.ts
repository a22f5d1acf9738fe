// One POST to a receiver: no redirect is followed, no cookie kept, no connection used twice, and little of the answer read.

import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Targets } from './targets.ts'

export interface Message {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

/** Settles with the status of the answer. Rejects with the reason if there was none. */
export type Send = (message: Message) => Promise<number>

/** More of an answer's body than this (bytes) is not read: the status has told all. */
const longestAnswer = 16_384

export function httpSender(targets: Targets): Send {
  return async (message) => {
    // Again: another run of the server may have allowed it.
    const refusal = targets.refusal(message.url)
    if (refusal !== undefined) throw new Error(`the url ${refusal}`)
    return post(message, targets)
  }
}

function post({ url, headers, body, signal }: Message, { lookup }: Targets): Promise<number> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': 'Surety-Webhooks',
      },
      agent: false, // a connection of its own, closed afterwards
      maxHeaderSize: longestAnswer,
      signal,
      ...(lookup !== undefined && { lookup }),
    }
    let answered = false
    const outgoing = request(url, options, (answer) => {
      answered = true
      skipBody(answer, () => resolve(answer.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.once('close', () => {
      // With an answer, it is the answer's own end that counts; it comes later if the connection broke off.
      if (!answered) reject(new Error('the receiver closed the connection without an answer'))
    })
    outgoing.end(body)
  })
}

/** A receiver that goes on telling is hung up on; one that stops in the middle is ended by the signal. */
function skipBody(answer: IncomingMessage, done: () => void): void {
  let length = 0
  answer.on('data', (chunk: Buffer) => {
    length += chunk.byteLength
    if (length > longestAnswer) answer.destroy()
  })
  answer.on('error', () => {}) // it is closed next
  answer.once('close', done)
}
