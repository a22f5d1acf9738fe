// The log: JSON lines on standard error, for standard output is for the line that holds the URL.

import { destination, type Logger, pino, stdSerializers } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'fatal'>

const options = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { error: stdSerializers.err }, // as JSON an Error is {}
}

/** Written synchronously: the last words before an exit must not be lost. */
export function stderrLog(fd = 2): Log {
  return pino(options, destination({ fd, sync: true }))
}
