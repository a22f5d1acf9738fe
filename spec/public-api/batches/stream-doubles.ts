// Streams as clients send them, and how they read what comes back.

import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { resultAnswer } from '../../../src/wire/batch.ts'
import { posting } from '../doubles.ts'

export const mostLines = 2_048
export const longestLine = 131_072

export function line(number: number, more: object = {}): string {
  return `${JSON.stringify({ from: 'user1', to: 'user2', amount: String(number + 1), ...more })}\n`
}

export function ndjson(body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}): RequestInit {
  const init = { method: 'POST', body, headers: { 'Content-Type': 'application/x-ndjson', ...headers }, duplex: 'half' }
  return init as RequestInit
}

/** A request that its spec writes piece by piece. */
export function source() {
  const pieces: (string | undefined)[] = []
  let wanted = () => {}
  const seen = { taken: 0, cancelled: false }
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>(
    {
      start(its) {
        controller = its
      },
      async pull(its) {
        while (pieces.length === 0) {
          await new Promise<void>((resolve) => {
            wanted = resolve
          })
        }
        const piece = pieces.shift()
        if (piece === undefined) return its.close()
        seen.taken += 1
        its.enqueue(Buffer.from(piece))
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const put = (piece: string | undefined) => {
    pieces.push(piece)
    wanted()
  }
  return { stream, seen, write: put, end: () => put(undefined), breakOff: () => controller?.error(new Error('gone')) }
}

/** A request without end. */
export function endless(piece: string) {
  const seen = { taken: 0 }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.taken += 1
        controller.enqueue(Buffer.from(piece))
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, seen }
}

export async function resultsOf(response: Response) {
  const text = await response.text()
  expect(text === '' || text.endsWith('\n')).to.equal(true)
  return text
    .split('\n')
    .slice(0, -1)
    .map((result) => resultAnswer.parse(JSON.parse(result)))
}

/** Answers as `posting` does, with the amount as its seq. */
export function byAmount(message: ProcessTransaction): void {
  const amount = message.method === 'Transfer' ? Number(message.command.postings[0]?.amount) : 0
  posting({ id: `tr_${amount}`, seq: amount })(message)
}

/** Long enough for all that can go on by itself to have gone on. */
export async function standstill(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
}
