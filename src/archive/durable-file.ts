// Whole files that are either there, synced and complete, or not there at all.

import fs from 'node:fs'
import path from 'node:path'

/** Written under another name, synced, renamed, the folder synced: after a crash the old file or the new one is there. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const temporary = `${file}${temporarySuffix}`
  fs.writeFileSync(temporary, content, { flush: true })
  fs.renameSync(temporary, file)
  syncFolder(path.dirname(file))
}

/** What a crash left unfinished ends with this. */
export const temporarySuffix = '.new'

export function syncFolder(folder: string): void {
  const descriptor = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
