// What StrykerJS is told of a room, and where it leaves what it found: all in a folder that git ignores.

import path from 'node:path'
import type { MutatedRoom } from './rooms.ts'

export const workFolder = '.mutation'

export interface RunOptions {
  /** Only what has changed since the last run; the rest is believed. */
  readonly changed: boolean
  readonly concurrency: number
}

export function reportPath({ name }: MutatedRoom): string {
  return path.join(workFolder, `${name}.report.json`)
}

export function incrementalPath({ name }: MutatedRoom): string {
  return path.join(workFolder, `${name}.incremental.json`)
}

/** What a run that was ended leaves there is removed by the next one. */
export function sandboxPath({ name }: MutatedRoom): string {
  return path.join(workFolder, `${name}.sandbox`)
}

export function configuration(room: MutatedRoom, { changed, concurrency }: RunOptions): object {
  return {
    testRunner: 'mocha',
    mochaOptions: { 'no-config': true, require: ['spec/setup/suite.ts'], spec: room.specs },
    mutate: room.code,
    coverageAnalysis: 'perTest',
    ignorePatterns: ['.mutation', 'coverage', 'data', 'dist'],
    tsconfigFile: 'none.json', // TypeScript 7 has no interface for it; nothing there to be rewritten
    incremental: true,
    force: !changed,
    incrementalFile: incrementalPath(room),
    tempDirName: sandboxPath(room),
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: reportPath(room) },
    allowConsoleColors: false,
    timeoutMS: 5_000,
    concurrency,
  }
}
