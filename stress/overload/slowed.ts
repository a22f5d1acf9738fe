// A server on a slowed disk (slow-server.ts), in a process of its own, on a ledger of its own.

import path from 'node:path'
import { startServer, temporaryFolder } from '../harness/server-process.ts'

/** Every record takes so many milliseconds longer. Settles when it is ready. */
export async function startSlowed(name: string, record_ms: number) {
  const folder = await temporaryFolder(name)
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const script = path.join(import.meta.dirname, 'slow-server.ts')
  const server = startServer(script, [`${record_ms}`, '--port', '0', '--host', '127.0.0.1', ...places])
  return { server, url: await server.ready }
}
