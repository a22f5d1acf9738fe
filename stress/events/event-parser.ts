// Reads server-sent events as a browser does: an event counts when its blank line has come.

export interface Received {
  readonly id: string
  readonly data: string
}

export class EventParser {
  #rest = ''

  /** The events that `text` completes. What is not complete waits for more, and is lost with the connection. */
  take(text: string): readonly Received[] {
    const events: Received[] = []
    this.#rest += text
    for (let end = this.#rest.indexOf('\n\n'); end !== -1; end = this.#rest.indexOf('\n\n')) {
      const block = this.#rest.slice(0, end)
      this.#rest = this.#rest.slice(end + 2)
      const event = eventIn(block)
      if (event !== undefined) events.push(event)
    }
    return events
  }
}

/** Comments, and blocks without data, tell nothing. */
function eventIn(block: string): Received | undefined {
  const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), textOf(line)]))
  const data = fields.get('data')
  return data === undefined ? undefined : { id: fields.get('id') ?? '', data }
}

function textOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).replace(/^ /, '')
}
