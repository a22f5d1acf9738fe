// The writer's worker thread; its data is the archive's folder.

import { workerData } from 'node:worker_threads'
import { serve } from '../worker/service.ts'
import { Writer } from './writer.ts'

serve(new Writer(workerData as string))
