// The way in over HTTP: which route is handled by whom, and what is said where there is none.

import { type Handler, Hono } from 'hono'
import type { Ledger } from '../../actors/node.ts'
import type { AccountLists } from '../archive/accounts/account-lists.ts'
import type { History } from '../archive/history/history.ts'
import type { TokenDesk } from '../tokens/token.ts'
import type { WebhookDesk } from '../webhooks/webhook.ts'
import { getAccounts } from './accounts/account-list.ts'
import { onceSeen } from './accounts/once-seen.ts'
import { getSums } from './accounts/sums.ts'
import { Admission, type AdmissionOptions } from './admission/admission.ts'
import { admitted, atDoor } from './admission/admitted.ts'
import { type Lane, lanes } from './admission/lanes.ts'
import { jsonType, problemType, requestIdsFrom } from './answer/headers.ts'
import { originProblem } from './answer/origin.ts'
import { type Problem, problemHeaders, problemResponse, renderProblem } from './answer/problem.ts'
import type { Desk } from './desk.ts'
import { docsHeaders } from './documentation/docs-page.ts'
import { type MakeDocuments, madeOnce } from './documentation/documents.ts'
import { type AdminAct, Door } from './door/door.ts'
import { deleteToken, getTokens, postToken } from './door/tokens.ts'
import { getEvents } from './events/get-events.ts'
import { Subscribers } from './events/subscribers.ts'
import { getAccount, getBalance } from './handlers/accounts.ts'
import { postBatch } from './handlers/batches.ts'
import { getDocument, getHead, getLiveness, getReadiness } from './handlers/node.ts'
import { getOriginBalance, postOriginTransfer } from './handlers/origin.ts'
import { patchAccount, putAccount } from './handlers/settings.ts'
import { postPost, postReverse, postVoid } from './handlers/transfer-actions.ts'
import { getTransfer, postTransfer } from './handlers/transfers.ts'
import { getEntries } from './history/entries.ts'
import { getTransfers } from './history/transfers.ts'
import { getJournal } from './journal/get-journal.ts'
import type { JournalDoor } from './journal/journal-door.ts'
import { postImport } from './journal/post-import.ts'
import { places } from './places.ts'
import { Questions, type Schedule } from './questions.ts'
import type { RouteName } from './routes.ts'
import { Streams } from './streams.ts'
import { Turns } from './turns.ts'
import { getDeliveries } from './webhooks/deliveries.ts'
import { deleteWebhook, getWebhook, getWebhooks, putWebhook } from './webhooks/webhooks.ts'

export interface PublicApiOptions {
  readonly ledger: Ledger
  /** Without it what asks for history is answered 503. */
  readonly history?: History
  /** The same of lists and sums of accounts. */
  readonly accounts?: AccountLists
  /** Without it what asks for webhooks is answered 503. */
  readonly webhooks?: WebhookDesk
  /** Without it nobody needs a token. */
  readonly tokens?: TokenDesk
  /** Told of what admins do, and of what others tried to do in their place. */
  readonly audit?: (act: AdminAct) => void
  /** Without it export and import are answered 503. */
  readonly journal?: JournalDoor | undefined
  /** Told of exceptions that nobody expected; clients hear of none of it but the Request-Id. */
  readonly log: { error(details: object, message: string): void }
  readonly randomBytes: (size: number) => Uint8Array
  /** The clock of the deadline. */
  readonly schedule: Schedule
  /** Called when they are first asked for, and again only if that failed; once at a time. */
  readonly documents: MakeDocuments
  /** On whose behalf requests come as long as there are no tokens. Default 'local'. */
  readonly principal?: string
  /** How long an answer of the ledger is waited for, in milliseconds. Default 10,000. */
  readonly deadline?: number
  /** The longest body, in bytes. Default 196,608: a hundred postings with the longest metadata, each character escaped, fit. */
  readonly bodyLimit?: number
  /** Without it nobody is turned away but by the VirtualMachine's own bound. */
  readonly admission?: AdmissionOptions | undefined
}

export interface PublicApi {
  readonly app: Hono
  /** The answer to what is no HTTP request, or to none that may go on: it reaches no route. */
  refuse(problem: Problem): { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  /** Streams end by themselves from now on, each after what it has under way. */
  endStreams(): void
}

export function createPublicApi(options: PublicApiOptions): PublicApi {
  const desk = deskOf(options)
  const app = new Hono()
  const admission = options.admission && new Admission(options.admission)
  const refused = (path: string, problem: Problem) => tell(desk, path, problem)
  const documents = madeOnce(options.documents)
  const serve = (one: Desk) => admittedHandlers(one, { admission, documents, refused })
  const door = new Door({ desk, serve, refuse: refused, audit: options.audit ?? (() => {}) })
  for (const name of Object.keys(places) as RouteName[]) {
    const { method, path } = places[name]
    app.on(method, path.replaceAll(/{(.+?)}/g, ':$1'), atDoor(admission, lanes[name], door.at(name), refused))
  }
  app.notFound(({ req }) => tell(desk, req.path, noSuchRoute(req.method, req.path)))
  app.onError((error, { req }) => {
    const requestId = desk.nextRequestId()
    options.log.error({ error, requestId, method: req.method, path: req.path }, 'a request failed unexpectedly')
    return tell(desk, req.path, { code: 'internal_error', detail: 'This is a fault of the server.' }, requestId)
  })
  return { app, refuse: (problem) => refuse(desk, problem), endStreams: () => desk.streams.end() }
}

function deskOf({
  ledger,
  history,
  accounts,
  webhooks,
  tokens,
  journal,
  randomBytes,
  schedule,
  ...limits
}: PublicApiOptions): Desk {
  const { principal, deadline, bodyLimit } = limits
  const turns = new Turns()
  return {
    ledger,
    history,
    accounts,
    webhooks,
    tokens,
    journal,
    questions: new Questions(deadline ?? 10_000, schedule),
    patience: new Questions(5_000, schedule),
    bodies: new Questions(30_000, schedule),
    nextRequestId: requestIdsFrom(randomBytes),
    principal: principal ?? 'local',
    bodyLimit: bodyLimit ?? 196_608,
    streams: new Streams(),
    turns,
    subscribers: new Subscribers(schedule, turns),
  }
}

interface Ways {
  readonly admission: Admission | undefined
  readonly documents: MakeDocuments
  readonly refused: (path: string, problem: Problem) => Response
}

/** The handlers of one caller; each asks the ledger as its lane sees it. */
function admittedHandlers(desk: Desk, { admission, documents, refused }: Ways): Record<RouteName, Handler> {
  const ledgers = admission?.ledgers(desk.ledger, desk.principal)
  const at = (lane: Lane) => handlersAt({ ...desk, ledger: ledgers?.[lane] ?? desk.ledger }, documents)
  const [direct, reads, singles, bulk] = [at('direct'), at('reads'), at('singles'), at('bulk')]
  const inLane = { health: direct, direct, reads, singles, bulk, history: reads }
  const ways = { principal: desk.principal, tell: refused }
  const names = Object.keys(places) as RouteName[]
  return Object.fromEntries(
    names.map((name) => [name, admitted(admission, lanes[name], inLane[lanes[name]][name], ways)]),
  ) as Record<RouteName, Handler>
}

function handlersAt(desk: Desk, documents: MakeDocuments): Record<RouteName, Handler> {
  return {
    postTransfer: postTransfer(desk),
    getTransfer: onceSeen(desk, getTransfer(desk)),
    getTransfers: getTransfers(desk),
    getEntries: getEntries(desk),
    getEvents: getEvents(desk),
    putWebhook: putWebhook(desk),
    getWebhook: getWebhook(desk),
    deleteWebhook: deleteWebhook(desk),
    getWebhooks: getWebhooks(desk),
    getDeliveries: getDeliveries(desk),
    postPost: postPost(desk),
    postVoid: postVoid(desk),
    postReverse: postReverse(desk),
    putAccount: putAccount(desk),
    patchAccount: patchAccount(desk),
    postBatch: postBatch(desk),
    getAccount: onceSeen(desk, getAccount(desk)),
    getBalance: onceSeen(desk, getBalance(desk)),
    getAccounts: getAccounts(desk),
    getSums: getSums(desk),
    getHead: onceSeen(desk, getHead(desk)),
    getJournal: getJournal(desk),
    postImport: postImport(desk),
    postToken: postToken(desk),
    getTokens: getTokens(desk),
    deleteToken: deleteToken(desk),
    getOriginBalance: getOriginBalance(desk),
    postOriginTransfer: postOriginTransfer(desk),
    getLiveness: getLiveness(desk),
    getReadiness: getReadiness(desk),
    getOpenApi: getDocument(desk, jsonType, async () => (await documents()).openApi),
    getDocs: getDocument(desk, 'text/html; charset=utf-8', async () => (await documents()).page, docsHeaders),
  }
}

const paths = Object.values(places).map(({ method, path }) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/{.+?}/g, '[^/]+')}$`),
  allow: method === 'get' ? 'GET, HEAD' : method.toUpperCase(),
}))

function noSuchRoute(method: string, path: string): Problem {
  const allow = paths.filter(({ pattern }) => pattern.test(path)).map(({ allow }) => allow)
  if (allow.length === 0) return { code: 'not_found', detail: 'There is nothing at this path.' }
  return { code: 'method_not_allowed', detail: `${method} is not for this path.`, allow: allow.join(', ') }
}

function tell(desk: Desk, path: string, problem: Problem, requestId = desk.nextRequestId()): Response {
  const response = path.startsWith('/api/') ? originProblem : problemResponse
  return response(problem, desk.ledger.head().seq, requestId)
}

function refuse(desk: Desk, problem: Problem) {
  const requestId = desk.nextRequestId()
  const headers = problemHeaders(problem, problemType, desk.ledger.head().seq, requestId)
  return { headers, body: renderProblem(problem, requestId) }
}
