#!/usr/bin/env node
// Starts Surety, or says which Node it needs: plain JavaScript, so that an old Node can read it.

import * as nodeModule from 'node:module'

const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  nodeModule.enableCompileCache() // a restart is ready in half the time
  // From the repository it runs the TypeScript sources, from the published package what was built of them.
  const { main } = await import(import.meta.url.includes('/dist/') ? './main.js' : './main.ts')
  await main()
} else {
  console.error(
    `Surety needs Node 22.18 or newer; this is ${process.version}.\n` +
      'In a checkout, "npm ci" installs one beside it: run "npm start" instead of calling node yourself.',
  )
  process.exitCode = 2
}
