// The stage of the engine that keeps its ledger in files.

import type { Head, Seq } from '../../actors/state-storage/messages.ts'
import type { Disk } from '../journal/disk.ts'
import type { TakeLock } from '../journal/lock.ts'
import { decide, finishImport, type ImportFolders, stagedBytes, takeLocks } from './installation.ts'
import type { Stage } from './stage.ts'
import { ImportTooLarge, StagedJournal } from './staged-journal.ts'

export interface FileStageOptions {
  readonly disk: Disk
  readonly folders: ImportFolders
  readonly takeLock: TakeLock
  /** The size that staged segments grow to, as those of the file journal: 64 MiB. */
  readonly segmentBytes?: number
  /** What must stay free on each disk, 256 MiB. */
  readonly marginBytes?: number
}

export class FileStage implements Stage {
  readonly #options: Required<FileStageOptions>
  readonly #journal: StagedJournal

  private constructor(options: Required<FileStageOptions>) {
    const { disk, folders, segmentBytes, marginBytes } = options
    this.#options = options
    this.#journal = new StagedJournal({ disk, folder: folders.staged, segmentBytes, marginBytes })
  }

  static async begin(options: FileStageOptions): Promise<FileStage> {
    const { disk, folders } = options
    await disk.makeFolder(folders.staged)
    if (await finishImport(disk, folders)) throw new Error('an import that was decided is not finished')
    return new FileStage({ segmentBytes: 64 * 1_048_576, marginBytes: 256 * 1_048_576, ...options })
  }

  add(line: Buffer, first: Seq): Promise<void> {
    return this.#journal.add(line, first)
  }

  lineOf(seq: Seq): Promise<Buffer | undefined> {
    return this.#journal.lineOf(seq)
  }

  async close(): Promise<void> {
    const { disk, folders, marginBytes } = this.#options
    await this.#journal.close()
    // Both copies may lie on one disk.
    const needed = folders.copies.length * (await stagedBytes(disk, folders.staged)) + marginBytes
    for (const folder of folders.copies) {
      if ((await disk.freeBytes(folder)) < needed) throw new ImportTooLarge(`there is no room for it in ${folder}`)
    }
  }

  async install(head: Head): Promise<void> {
    const { disk, folders, takeLock } = this.#options
    const locks = await takeLocks(disk, folders, takeLock)
    try {
      await decide(disk, folders, head)
      await finishImport(disk, folders)
    } finally {
      locks.release()
    }
  }

  async discard(): Promise<void> {
    await this.#journal.abandon()
    await finishImport(this.#options.disk, this.#options.folders)
  }
}
