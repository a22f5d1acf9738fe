// What webhooks need of the world in a running server: the socket, the clock and the timers of the system, its randomness.

import { randomBytes } from 'node:crypto'
import { httpSender } from './http-sender.ts'
import { webhookTargets } from './targets.ts'
import type { WebhooksOptions } from './webhooks.ts'

type RealPorts = Pick<WebhooksOptions, 'targets' | 'send' | 'timer' | 'now' | 'random' | 'randomBytes'>

/** `hosts`: the only ones that webhooks may go to; undefined: whatever is public. */
export function realPorts(hosts: readonly string[] | undefined): RealPorts {
  const targets = webhookTargets(hosts)
  return {
    targets,
    send: httpSender(targets),
    timer(callback, milliseconds) {
      const timeout = setTimeout(callback, milliseconds).unref()
      return () => clearTimeout(timeout)
    },
    now: Date.now,
    random: Math.random,
    randomBytes,
  }
}
