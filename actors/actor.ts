// How an object that receives messages becomes an XState actor.

import { type EventObject, fromTransition } from 'xstate'
import type { Recipient } from './address.ts'

export interface Receiver<Message> {
  receive(message: Message): void
}

/**
 * `fromTransition`, not a machine: a machine's event for each request halved the server's throughput.
 * The receiver is made with the first message, because only then XState 5.33 tells an actor its own address (the
 * initial context's function is handed none, whatever its type says).
 */
export function actorLogic<Message extends EventObject, Input extends object>(
  make: (input: Input, self: Recipient<Message>) => Receiver<Message>,
) {
  return fromTransition<{ input: Input; receiver?: Receiver<Message> }, Message, never, Input>(
    (context, message, { self }) => {
      context.receiver ??= make(context.input, self)
      context.receiver.receive(message)
      return context
    },
    ({ input }) => ({ input }),
  )
}
