// The worker thread that makes the documents, hands them over, and ends; its data is the server's version.

import { parentPort, workerData } from 'node:worker_threads'
import { makeDocuments } from './openapi-document.ts'

const documents = makeDocuments(workerData as string)
parentPort?.postMessage(documents, [documents.openApi.buffer, documents.page.buffer])
