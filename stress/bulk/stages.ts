// What a transfer costs where: the server's own stages, one after the other in this process, each with its CPU time.

import { isUtf8 } from 'node:buffer'
import path from 'node:path'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { Head } from '../../actors/state-storage/messages.ts'
import { StateMap } from '../../actors/state-storage/state-map.ts'
import { type BatchRun, runBatch } from '../../actors/virtual-machine/batch.ts'
import { namesOf } from '../../actors/virtual-machine/idempotency.ts'
import type { BatchAnswer, LedgerRequest, TransactionAnswer } from '../../actors/virtual-machine/messages.ts'
import { TransientState } from '../../actors/virtual-machine/transient-state.ts'
import { Writer } from '../../src/archive/sqlite/writer.ts'
import { SegmentWriter } from '../../src/journal/file/segment-writer.ts'
import { nodeDisk } from '../../src/journal/node-disk.ts'
import { type EncodedRecord, encodeGenesis, encodeRecord } from '../../src/journal/record.ts'
import { renderBatch, renderFact, renderLine } from '../../src/public-api/answer/render-batch.ts'
import { LineSplitter, tooLong } from '../../src/public-api/request/ndjson.ts'
import { parseBatch } from '../../src/public-api/request/parse-batch.ts'
import { parseTransfer } from '../../src/public-api/request/parse-transfer.ts'
import { median } from '../bench/report.ts'
import type { BulkMode } from './bodies.ts'

export const stages = ['parse', 'rules', 'encode and hash', 'write', 'apply', 'answer', 'archive'] as const
export type Stage = (typeof stages)[number]

type Asked = ReturnType<typeof itemOf>
type Answer = BatchAnswer | TransactionAnswer

const preallocated = 1_024 * 1_024
const segmentBytes = 64 * preallocated
const telling = { minimal: true, dryRun: false, requestId: 'req_bulk' }

/** A ledger without HTTP, actors and threads of its own: what is between the stages is not measured by them. */
export class Stages {
  readonly #map = new StateMap()
  readonly #archive: Writer
  readonly #journal: SegmentWriter
  readonly #spent = new Map<Stage, number[]>(stages.map((stage) => [stage, []]))
  #head: Head = encodeGenesis('0'.repeat(32), Date.now()).head

  private constructor(archive: Writer, journal: SegmentWriter) {
    this.#archive = archive
    this.#journal = journal
  }

  static async in(folder: string): Promise<Stages> {
    const folders = ['data', 'mirror'].map((name) => path.join(folder, name))
    const archive = new Writer(path.join(folder, 'archive'))
    await nodeDisk.makeFolder(path.join(folder, 'archive'))
    archive.open()
    archive.bind('0'.repeat(32))
    for (const copy of folders) await nodeDisk.makeFolder(copy)
    const files = await Promise.all(folders.map((copy) => nodeDisk.create(path.join(copy, 'first.jsonl'))))
    const journal = new SegmentWriter({
      disk: nodeDisk,
      folders,
      files,
      position: 0,
      capacity: preallocated,
      segmentBytes,
    })
    return new Stages(archive, journal)
  }

  /** Takes a body through all stages. Rejects if a transfer in it is not granted. */
  async take(body: Buffer, mode: BulkMode): Promise<void> {
    const answers: Answer[] = []
    const items = await this.#measured('parse', () => parsed(body, mode))
    const run = await this.#measured('rules', () => this.#run(requestsOf(items, mode, answers)))
    const record = await this.#measured('encode and hash', () => this.#encode(run))
    await this.#measured('write', () => this.#write(record))
    await this.#measured('apply', () => this.#map.apply(run.writes))
    const answered = await this.#measured('answer', () => answersOf(run, answers, mode))
    await this.#measured('archive', () => this.#archive.take([record.line]))
    if (answered.split('"status":201').length - 1 !== items.length) throw new Error('a transfer was not granted')
  }

  /** Forgets what was measured. */
  begin(): void {
    for (const spent of this.#spent.values()) spent.length = 0
  }

  /** The medians since `begin`, in CPU µs for one of `size` transfers in a body. */
  medians(size: number): Readonly<Record<Stage, number>> {
    const entries = [...this.#spent].map(([stage, spent]) => [stage, median(spent) / size])
    return Object.fromEntries(entries) as Record<Stage, number>
  }

  async close(): Promise<void> {
    this.#archive.close()
    await this.#journal.close()
  }

  /** All threads: garbage is collected, and files are written, beside the one that works. */
  async #measured<Result>(stage: Stage, work: () => Result | Promise<Result>): Promise<Result> {
    const before = process.cpuUsage()
    const result = await work()
    const { user, system } = process.cpuUsage(before)
    this.#spent.get(stage)?.push(user + system)
    return result
  }

  #run(requests: readonly LedgerRequest[]): BatchRun {
    const needs = requests.map((request) => ledger.needs(request))
    const keys = new Set(needs.flatMap((need) => need.keys))
    const ids = new Set([...requests.flatMap(namesIn), ...needs.flatMap((need) => need.ids)])
    const values = new Map<string, string>()
    for (const key of keys) {
      const value = this.#map.get(key)
      if (value !== undefined) values.set(key, value)
    }
    const state = new TransientState({ keys, ids }, values, new Map())
    return runBatch(requests, state, { head: this.#head, hasSpace: true }, this.#head.time, ledger)
  }

  #encode({ transactions, writes }: BatchRun): EncodedRecord {
    const first = this.#head.seq + 1
    const last = transactions.at(-1)?.seq ?? first
    const record = encodeRecord({ first, last, time: this.#head.time, transactions, writes }, this.#head)
    this.#head = record.head
    return record
  }

  async #write({ bytes, head }: EncodedRecord): Promise<void> {
    if (!this.#journal.fits(bytes.length)) await this.#journal.beginSegment(head.seq)
    await this.#journal.append(bytes)
  }
}

function parsed(body: Buffer, mode: BulkMode) {
  if (mode === 'ndjson') return [...new LineSplitter(body.length).lines(body)].map(itemOf)
  if (!isUtf8(body)) throw new Error('the body is not UTF-8')
  const batch = parseBatch(body.toString())
  if ('code' in batch) throw new Error(batch.detail)
  return batch.items.map(granted)
}

function itemOf(line: Buffer | typeof tooLong) {
  if (line === tooLong || !isUtf8(line)) throw new Error('a line is none')
  return granted(parseTransfer(line.toString()))
}

function granted<Parsed extends object>(parsed: Parsed) {
  if ('code' in parsed) throw new Error('the form of a transfer is wrong')
  return parsed as Exclude<Parsed, { readonly code: unknown }>
}

function requestsOf(items: readonly Asked[], mode: BulkMode, answers: Answer[]): readonly LedgerRequest[] {
  const replyTo = { send: (answer: Answer) => void answers.push(answer) }
  const { requestId } = telling
  const commands = items.map(({ command }) => command)
  if (mode === 'atomic') return [{ type: 'ProcessBatch', items: commands, requestId, replyTo }]
  return commands.map((command) => ({ type: 'ProcessTransaction', method: 'Transfer', command, requestId, replyTo }))
}

function namesIn(request: LedgerRequest): readonly string[] {
  return request.type === 'CallContract' ? [] : namesOf(request)
}

function answersOf({ replies }: BatchRun, answers: readonly Answer[], mode: BulkMode): string {
  for (const reply of replies) reply()
  const results = answers.flatMap((answer) => {
    if (answer.type === 'BatchProcessed') return (answer.facts ?? []).map((fact) => renderFact(fact, telling))
    if (answer.type === 'TransactionProcessed') return renderLine(answer, telling)
    throw new Error(`a transfer was answered ${answer.type}`)
  })
  return Buffer.from(mode === 'ndjson' ? results.join('\n') : renderBatch(results, telling)).toString()
}
