// The OpenAPI document and the page, as bytes: made when they are first asked for, once for all who ask.

export interface Documents {
  readonly openApi: Uint8Array<ArrayBuffer>
  readonly page: Uint8Array<ArrayBuffer>
}

export type MakeDocuments = () => Promise<Documents>

/** Whoever asks while they are made waits for the same ones. What fails is forgotten: the next who asks has them made anew. */
export function madeOnce(make: MakeDocuments): MakeDocuments {
  let made: Promise<Documents> | undefined
  return () => {
    made ??= make().catch((error) => {
      made = undefined
      throw error
    })
    return made
  }
}
