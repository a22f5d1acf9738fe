// Folders for one spec each, removed after it.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const made: string[] = []

export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'surety-archive-'))
  made.push(folder)
  return folder
}

export function removeTemporaryFolders(): void {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true })
}
