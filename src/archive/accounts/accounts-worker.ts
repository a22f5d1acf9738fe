// The worker thread of the account lists; its data is the archive's folder.

import { workerData } from 'node:worker_threads'
import { serve } from '../worker/service.ts'
import { AccountBuilder } from './account-builder.ts'

serve(new AccountBuilder(workerData as string))
