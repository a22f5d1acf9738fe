// A request as bytes: what a client sends that keeps no rules, and what the answer may be.

export interface RawRequest {
  /** What is wrong with it. */
  readonly name: string
  /** Sent one after the other. */
  readonly pieces: readonly Buffer[]
  /** More answers than this, and something in a body was taken for a request. Undefined: nobody can say. */
  readonly most?: number
  /** Of its first answer; undefined: whatever is below 500. No answer at all is always one. */
  readonly statuses?: readonly number[]
  /** Its answers have heads only. */
  readonly isHead?: true
  /** Nothing of it happens, whatever its answer is. */
  readonly isDry?: true
}

/** Both are closed: what goes from one to the other is refused by the rules, and nothing of it is kept. */
export const shut = ['shut:one', 'shut:two'] as const

export const transferBody = `{"from":"${shut[0]}","to":"${shut[1]}","amount":"17","reference":"siege","metadata":{"a":"b"}}`

export function request(
  line: string,
  headers: readonly string[] = ['Host: localhost'],
  body: string | Buffer = '',
): Buffer {
  return Buffer.concat([Buffer.from(`${[line, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

/** With its type and its length; `extra` headers come last. */
export function posted(target: string, body: string | Buffer, extra: readonly string[] = []): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  return request(
    `POST ${target} HTTP/1.1`,
    ['Host: localhost', 'Content-Type: application/json', length, ...extra],
    body,
  )
}

export function chunked(body: string, headers: readonly string[] = []): Buffer {
  const all = ['Host: localhost', 'Content-Type: application/json', 'Transfer-Encoding: chunked', ...headers]
  return request('POST /v1/transfers HTTP/1.1', all, body)
}
