// Who a message to the ledger is for, so that it is not sent any more when nobody waits for its answer.

import { AsyncLocalStorage } from 'node:async_hooks'

/** All that goes on in a handler knows its request without being handed it: the desk's messages carry none. */
export class Clients {
  readonly #requests = new AsyncLocalStorage<Request>()

  run<Answer>(request: Request, handle: () => Answer): Answer {
    return this.#requests.run(request, handle)
  }

  /** Aborts when the client goes away. Asked for only by who must wait: making it costs something. */
  signal(): AbortSignal | undefined {
    return this.#requests.getStore()?.signal
  }
}
