// The worker thread that reads history; its data is the archive's folder.

import { workerData } from 'node:worker_threads'
import { serve } from '../worker/service.ts'
import { HistoryReader } from './history-reader.ts'

serve(new HistoryReader(workerData as string))
