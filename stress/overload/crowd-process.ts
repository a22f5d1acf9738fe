// A crowd in a process of its own: asked by a line on standard input, tells by one on standard output; ends with its input.

import { createInterface } from 'node:readline'
import { crowd } from './crowd.ts'

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await crowd(JSON.parse(line))))
}
