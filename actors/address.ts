// An address is all that one actor knows of another: something to send to.

/** XState's ActorRef is one, and so is `{ send: sinon.spy() }`. */
export interface Recipient<Message> {
  send(message: Message): void
}

/** A message that wants an answer says where the answer goes. */
export interface Request<Answer> {
  readonly replyTo: Recipient<Answer>
}

/** Who sent what to whom: what conversation specs, metrics and the console read. */
export interface Delivery {
  readonly from: string
  readonly to: string
  readonly message: { readonly type: string }
}

export type Observer = (delivery: Delivery) => void

/**
 * Wraps `recipient` so that `observer` sees each delivery before it is made.
 * XState's own inspection leaves the sender of `ref.send()` undefined, hence this.
 * Without an observer it costs nothing: the recipient itself is the address.
 */
export function address<Message extends { readonly type: string }>(
  recipient: Recipient<Message>,
  from: string,
  to: string,
  observer?: Observer,
): Recipient<Message> {
  if (observer === undefined) return recipient
  return {
    send(message) {
      observer({ from, to, message })
      recipient.send(message)
    },
  }
}

/** Delivers a visitor's message, and later its answer, past the observer, if there is one. */
export function visit<Message extends { readonly type: string; readonly replyTo: Recipient<never> }>(
  actor: { send(message: Message): void },
  name: string,
  message: Message,
  observer?: Observer,
): void {
  if (observer === undefined) return actor.send(message)
  const replyTo = address(message.replyTo as Recipient<{ readonly type: string }>, name, 'PublicApi', observer)
  address(actor, 'PublicApi', name, observer).send({ ...message, replyTo })
}
