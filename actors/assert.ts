// Assertions stay on in production: a broken one is a bug, the end of the process, and never an answer.

export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed'
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message)
}
