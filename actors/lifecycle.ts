// The ledger's life as a statechart: recovering → open → draining → closed, and failed from everywhere.

import { assign, fromPromise, setup } from 'xstate'
import type { Recovered } from './state-storage/recovery.ts'

export type Status = 'recovering' | 'open' | 'draining' | 'closed' | 'failed'

export interface LifecycleInput {
  /** Makes the state anew; a rejection is the end. */
  readonly recover: () => Promise<Recovered>
  /** Starts the actors; from here on the ledger serves. */
  readonly open: (recovered: Recovered) => void
  /** Waits until all that was taken is durable and answered, then closes the ports. */
  readonly drain: () => Promise<void>
  /** No more answers. */
  readonly stop: () => void
}

export const lifecycle = setup({
  types: {
    input: {} as LifecycleInput,
    context: {} as LifecycleInput & { readonly error?: unknown },
    events: {} as { type: 'Drain' } | { type: 'Panic'; error: unknown },
  },
  actors: {
    recover: fromPromise(({ input }: { input: LifecycleInput }) => input.recover()),
    drain: fromPromise(({ input }: { input: LifecycleInput }) => input.drain()),
  },
}).createMachine({
  context: ({ input }) => input,
  initial: 'recovering',
  on: { Panic: { target: '.failed', actions: assign({ error: ({ event }) => event.error }) } },
  states: {
    recovering: {
      invoke: {
        src: 'recover',
        input: ({ context }) => context,
        onDone: { target: 'open', actions: ({ context, event }) => context.open(event.output) },
        onError: { target: 'failed', actions: assign({ error: ({ event }) => event.error }) },
      },
    },
    open: { on: { Drain: 'draining' } },
    draining: {
      invoke: {
        src: 'drain',
        input: ({ context }) => context,
        onDone: 'closed',
        onError: { target: 'failed', actions: assign({ error: ({ event }) => event.error }) },
      },
    },
    closed: { entry: ({ context }) => context.stop(), type: 'final' },
    failed: { entry: ({ context }) => context.stop(), type: 'final' },
  },
})
