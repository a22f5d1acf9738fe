// The reader's worker thread; its data is the archive's folder.

import { workerData } from 'node:worker_threads'
import { serve } from '../worker/service.ts'
import { Reader } from './reader.ts'

serve(new Reader(workerData as string))
