// Has the documents made in a thread of their own, which then ends: in this one nobody could be served meanwhile.

import { Worker } from 'node:worker_threads'
import type { Schedule } from '../questions.ts'
import type { Documents, MakeDocuments } from './documents.ts'

/** What is needed of a Worker. */
export type DocumentsWorker = Pick<Worker, 'on' | 'terminate' | 'unref'>

/** In milliseconds. It takes less than one second, and some on a busy machine: what takes so long hangs. */
export const longestMaking = 30_000

/** The ending is that of this file: `.ts` in the repository, `.js` in dist. */
function startWorker(version: string): DocumentsWorker {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  return new Worker(new URL(`./documents-worker${ending}`, import.meta.url), { workerData: version })
}

/** Each call starts a thread, and rejects when that has ended without them. */
export function documentsFromThread(
  version: string,
  schedule: Schedule,
  start: (version: string) => DocumentsWorker = startWorker,
): MakeDocuments {
  return () =>
    new Promise((resolve, reject) => {
      const worker = start(version)
      let cause: unknown = new Error('the thread ended without them')
      const failed = (error: unknown) => {
        cause = error
      }
      worker.on('message', (documents: Documents) => resolve(documents))
      worker.on('messageerror', failed)
      worker.on('error', failed)
      // Not before: who is told may ask again, and there would be two.
      worker.on('exit', () => reject(new Error('the documents could not be made', { cause })))
      schedule(() => {
        failed(new Error(`the thread took longer than ${longestMaking} ms`))
        void worker.terminate()
      }, longestMaking)
      worker.unref() // a process that has nothing else to do does not wait for it
    })
}
