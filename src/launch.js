#!/usr/bin/env node
// Starts Surety, or says which Node it needs: plain JavaScript, so that an old Node can read it.

var version = process.versions.node.split('.').map(Number)

if (version[0] > 22 || (version[0] === 22 && version[1] >= 18)) {
  // From the repository it runs the TypeScript sources, from the published package what was built of them.
  import(import.meta.url.includes('/dist/') ? './main.js' : './main.ts').then((main) => main.main())
} else {
  console.error(
    `Surety needs Node 22.18 or newer; this is ${process.version}.\n` +
      'In a checkout, "npm ci" installs one beside it: run "npm start" instead of calling node yourself.',
  )
  process.exitCode = 2
}
