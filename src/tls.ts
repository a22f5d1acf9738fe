// Certificate and key of the server, read from their files once, at the start.

import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { BadConfiguration, type Config } from './config.ts'

/** What a secure server is made of: PEM. */
export interface Credentials {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Throws BadConfiguration where a file can't be read or they don't go together; it says nothing of what is in them. */
export function credentialsIn({ cert, key }: NonNullable<Config['tls']>): Credentials {
  const credentials = { cert: read('--tls-cert', cert), key: read('--tls-key', key) }
  try {
    createSecureContext(credentials)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'they are not PEM'
    throw new BadConfiguration(`--tls-cert ${cert} and --tls-key ${key} make no secure server: ${code}`)
  }
  return credentials
}

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new BadConfiguration(`${flag} ${path} can't be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}
