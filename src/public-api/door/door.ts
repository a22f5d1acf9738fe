// Who may go in: each route demands a scope, and what comes in is served in the name of its token's principal.

import type { Context, Handler } from 'hono'
import type { Caller } from '../../tokens/token.ts'
import { type Scope, scopeNames } from '../../wire/door/token.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import type { RouteName } from '../routes.ts'
import { Streams } from '../streams.ts'
import { isByOwnName, isOfAnotherSite, otherName, otherSite } from './browser.ts'
import { routeScopes } from './route-scopes.ts'

export type Handlers = Readonly<Record<RouteName, Handler>>

/** An act of an admin, or what was to be one. Holds no secret. */
export interface AdminAct {
  readonly act: RouteName
  readonly path: string
  readonly status: number
  readonly requestId: string | null
  /** Undefined where nobody knows whose it is. */
  readonly principal: string | undefined
  readonly token: string | undefined
  /** What was made, if something was. */
  readonly location: string | undefined
}

export interface DoorOptions {
  readonly desk: Desk
  /** Of a desk, every handler; called once a caller. State that callers share belongs on the desk. */
  readonly serve: (desk: Desk) => Handlers
  readonly refuse: (path: string, problem: Problem) => Response
  readonly audit: (act: AdminAct) => void
}

const unauthenticated: Problem = {
  code: 'unauthenticated',
  detail: 'Send a token that holds as `Authorization: Bearer surety_…`.',
}

export class Door {
  readonly #options: DoorOptions
  readonly #served = new WeakMap<Caller, Handlers>()
  /** Whoever reaches the port, as long as there are no tokens. */
  readonly #everybody: Caller

  constructor(options: DoorOptions) {
    this.#options = options
    const { principal } = options.desk
    this.#everybody = { token: '', principal, scopes: new Set(scopeNames), revoked: new AbortController().signal }
    this.#served.set(this.#everybody, options.serve(options.desk))
  }

  /** What answers at a route. */
  at(name: RouteName): Handler {
    const scope = routeScopes[name]
    if (scope === 'public') return this.#handlersOf(this.#everybody)[name]
    const go: Handler = (context, next) => {
      const caller = this.#callerOf(context, scope)
      if (isProblem(caller)) return this.#options.refuse(context.req.path, caller)
      return this.#handlersOf(caller)[name](context, next)
    }
    return scope === 'admin' ? this.#audited(name, go) : go
  }

  #callerOf({ req: { raw } }: Context, scope: Scope): Caller | Problem {
    if (isOfAnotherSite(raw)) return otherSite
    const { tokens } = this.#options.desk
    if (tokens === undefined) return this.#everybody
    if (!tokens.isDemanded()) return isByOwnName(raw.url) ? this.#everybody : otherName
    const caller = tokens.callerOf(raw.headers.get('authorization'))
    if (caller === undefined) return unauthenticated
    if (!caller.scopes.has(scope)) return { code: 'forbidden', detail: `The token does not have the scope ${scope}.` }
    return caller
  }

  /** One desk a caller, made with its first request: its principal is there for whoever needs it, and costs the others nothing. */
  #handlersOf(caller: Caller): Handlers {
    const known = this.#served.get(caller)
    if (known !== undefined) return known
    const { desk, serve } = this.#options
    const handlers = serve({ ...desk, principal: caller.principal, streams: streamsOf(caller, desk.streams) })
    this.#served.set(caller, handlers)
    return handlers
  }

  #audited(act: RouteName, go: Handler): Handler {
    return async (context, next) => {
      const { path, method, raw } = context.req
      const { principal, token } = this.#told(raw.headers.get('authorization')) // before the first token is made, that is
      const response: Response = await go(context, next)
      if (method === 'GET' || method === 'HEAD') return response
      const { status, headers } = response
      const requestId = headers.get('Request-Id')
      const location = headers.get('Location') ?? undefined
      this.#options.audit({ act, path, status, requestId, principal, token, location })
      return response
    }
  }

  /** Who says to be there, whatever they may do. */
  #told(authorization: string | null): { readonly principal?: string; readonly token?: string } {
    const { tokens, principal } = this.#options.desk
    return tokens?.isDemanded() ? (tokens.callerOf(authorization) ?? {}) : { principal }
  }
}

/** They end with the server's, or when the token is revoked: who may not ask any more may not listen any more. */
function streamsOf({ revoked }: Caller, all: Streams): Streams {
  const streams = new Streams()
  const forget = all.add(() => streams.end())
  if (forget === undefined) streams.end()
  revoked.addEventListener('abort', () => {
    forget?.()
    streams.end()
  })
  return streams
}
