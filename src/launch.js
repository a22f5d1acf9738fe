#!/usr/bin/env node
// Starts Surety, or says which Node it needs: plain JavaScript, so that an old Node can read it.

import * as nodeModule from 'node:module'

const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  nodeModule.enableCompileCache() // a restart is ready in half the time
  // From the repository it runs the TypeScript sources, from the published package what was built of them.
  const built = import.meta.url.includes('/dist/')
  const [command] = process.argv.slice(2)
  if (command === undefined || command.startsWith('-')) {
    const { main } = await import(built ? './main.js' : './main.ts')
    await main()
  } else {
    const { runCommand } = await import(built ? './cli/cli.js' : './cli/cli.ts')
    process.exitCode = await runCommand(process.argv.slice(2))
  }
} else {
  console.error(
    `Surety needs Node 22.18 or newer; this is ${process.version}.\n` +
      'In a checkout, "npm ci" installs one beside it: run "npm start" instead of calling node yourself.',
  )
  process.exitCode = 2
}
