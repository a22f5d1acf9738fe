// The log: JSON lines on standard error, for standard output is for the line that holds the URL.

import { destination, type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'fatal'>

/** Written synchronously: the last words before an exit must not be lost. */
export function stderrLog(): Log {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: 2, sync: true }))
}
