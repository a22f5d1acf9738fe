// The verifier in Python that stands in the documents: it shares not a line with the server.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Findings } from './findings.ts'

const page = path.join(import.meta.dirname, '../../docs/reference/journal-format.md')

/** What it says of a copy of a journal; says that it was left out where there is no Python. */
export function checkIndependently(folder: string, findings: Findings): string {
  const script = /^```python\n([\s\S]*?)^```$/m.exec(readFileSync(page, 'utf8'))?.[1] ?? ''
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', script, folder], { encoding: 'utf8' })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return 'left out: there is no python3'
  findings.demand(status === 0, () => `the verifier in Python: ${stderr}`)
  return stdout.trim()
}
