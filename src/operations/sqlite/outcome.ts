// What came of a question to the operations data, told in a form that passes between threads.

/** An error that has no place here is thrown: it ends the thread, and the process. */
export type Outcome<Value> = { readonly value: Value } | { readonly full: string } | { readonly damaged: string }

export class Damage extends Error {}

/** SQLITE_CORRUPT, SQLITE_NOTADB, and SQLITE_ERROR: tables that are not there. */
const damageCodes: readonly number[] = [11, 26, 1]
/** SQLITE_FULL, and SQLITE_BUSY: somebody reads the file for longer than we wait. */
const fullCodes: readonly number[] = [13, 5]

export function outcome<Value>(work: () => Value): Outcome<Value> {
  try {
    return { value: work() }
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number }
    const code = (errcode ?? 0) & 0xff
    if (error instanceof Damage || damageCodes.includes(code)) return { damaged: message }
    if (fullCodes.includes(code)) return { full: message }
    throw error
  }
}
