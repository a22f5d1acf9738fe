// Surety with admission control switched off, for npm run bench: what the control costs is told beside it in the same run.

import { enableCompileCache } from 'node:module'

enableCompileCache() // as src/launch.js does: code out of the cache does not run as fast as other code for a while
const { main } = await import('../../src/main.ts')
await main(process.argv.slice(2), { admission: 'off' })
