// The worker thread of the operations data; its data is the file. A sync there holds up nobody here.

import { workerData } from 'node:worker_threads'
import { serve } from '../../archive/worker/service.ts'
import { OperationsFile } from './operations-file.ts'

serve(new OperationsFile(workerData as string))
