// Surety with admission control switched off, for npm run bench: what the control costs is told beside it in the same run.

import { main } from '../../src/main.ts'

await main(process.argv.slice(2), { admission: 'off' })
