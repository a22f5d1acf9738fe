// surety verify: reads its flags, shows how far it is, and tells what it found.

import { parseArgs } from 'node:util'
import { nodeDisk } from '../../journal/node-disk.ts'
import { ledgerFolders, whileLocked } from '../ledger-folders.ts'
import { exitCodes, type Terminal, UsageError } from '../terminal.ts'
import type { Finding } from './findings.ts'
import { type Checked, verify } from './verify.ts'

export const verifyHelp = `surety verify: checks a whole ledger while no server has it open, and changes nothing.

  --data ./data        SURETY_DATA     the folder of the ledger
  --mirror DIR|off     SURETY_MIRROR   the folder of the journal's second copy (default: DATA/mirror); off: there is none
  --json                               the result as one line of JSON
  --help

It checks every line of every copy of the journal (hash, link to the line before, gapless seq, time) and that the copies
agree; recomputes every account from the postings alone and holds every balance and every write against it; sees that
amounts are neither made nor lost, that every hold ends once, and that each name is taken once; and compares the archive
with the journal row by row.

Exit codes: 0 all is well, 2 it can't be checked (no such ledger, or a server has it open), 3 damaged.
`

const options = {
  data: { type: 'string' },
  mirror: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Throws UsageError; rejects with JournalLocked where a server has the ledger open. */
export async function verifyCommand(flags: readonly string[], terminal: Terminal): Promise<number> {
  const { help, json, ...where } = parse(flags)
  if (help) {
    terminal.out(verifyHelp)
    return exitCodes.ok
  }
  const folders = ledgerFolders(where, terminal)
  const progress = terminal.isWatched ? shown(terminal) : () => {}
  const checked = await whileLocked(folders, () => verify(folders, { disk: nodeDisk, progress }))
  if (terminal.isWatched) terminal.error('\r\x1b[K')
  terminal.out(json ? `${JSON.stringify(asJson(checked))}\n` : asText(checked, folders.copies.length))
  return checked.findings.count === 0 ? exitCodes.ok : exitCodes.damaged
}

function parse(flags: readonly string[]) {
  try {
    return parseArgs({ args: [...flags], options, strict: true }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; --help lists the flags`)
  }
}

/** Milliseconds between two lines of progress: more often nobody can read it. */
const progressEvery = 200

function shown({ error }: Terminal): (seq: number, bytes: number) => void {
  let last = Date.now()
  return (seq, bytes) => {
    if (Date.now() - last < progressEvery) return
    last = Date.now()
    error(`\rchecked up to seq ${seq} (${Math.round(bytes / 1e6)} MB)\x1b[K`)
  }
}

function asJson({ findings, openHolds, ...checked }: Checked) {
  const { count, kept, notices } = findings
  return { ok: count === 0, ...checked, open_holds: openHolds, findings: kept, findings_count: count, notices }
}

function asText(checked: Checked, copies: number): string {
  const { ledger, seq, hash, records, facts, accounts, openHolds, archived, findings } = checked
  const { count, kept, notices } = findings
  const lines = [
    `ledger ${ledger}: seq ${seq}, hash ${hash}`,
    `journal: ${records} records with ${facts} facts in ${copies} ${copies === 1 ? 'copy' : 'copies'}; archive: up to seq ${archived}`,
    `balances: ${accounts}; open holds: ${openHolds}`,
    ...notices.map((notice) => `note: ${notice}`),
    ...kept.map((finding) => `found: ${told(finding)}`),
    ...(count > kept.length ? [`and ${count - kept.length} more`] : []),
    count === 0 ? 'all is well' : `DAMAGED: ${count} ${count === 1 ? 'finding' : 'findings'}`,
  ]
  return `${lines.join('\n')}\n`
}

function told({ file, offset, seq, message }: Finding): string {
  const place = [
    ...(file === undefined ? [] : [file]),
    ...(offset === undefined ? [] : [`byte ${offset}`]),
    ...(seq === undefined ? [] : [`seq ${seq}`]),
  ]
  return `${place.length === 0 ? 'the ledger' : place.join(', ')}: ${message}`
}
