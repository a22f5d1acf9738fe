// Surety with admission control switched off, for npm run bench: what the control costs is told beside it in the same run.

import { enableCompileCache } from 'node:module'

enableCompileCache() // as src/launch.js does
const { main } = await import('../../src/main.ts')
await main(process.argv.slice(2), { admission: 'off' })
