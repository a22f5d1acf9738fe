// Whoever has nothing at work goes on at once, though all slots are taken by others.

import { type Admission, followed, free, type ThrottleRequest, type Throttler } from '../../throttle/throttler.ts'

/** As `levels`, but a key that holds no lease of it never waits: so there are as many more leases as keys, at most. */
export class OneOfEach implements Throttler {
  readonly #levels: Throttler
  readonly #atWork = new Map<string, number>()

  constructor(levels: Throttler) {
    this.#levels = levels
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    return this.attempt(request) ?? this.#counted(request, await this.#levels.acquire(request, signal))
  }

  attempt(request: ThrottleRequest): Admission | undefined {
    const admission = this.#levels.attempt?.(request)
    if (admission !== undefined) return this.#counted(request, admission)
    return this.#atWork.has(request.key ?? '') ? undefined : this.#counted(request, free())
  }

  #counted({ key = '' }: ThrottleRequest, admission: Admission): Admission {
    if (!admission.admitted) return admission
    this.#atWork.set(key, (this.#atWork.get(key) ?? 0) + 1)
    return followed(admission, () => {
      const left = (this.#atWork.get(key) ?? 1) - 1
      if (left === 0) this.#atWork.delete(key)
      else this.#atWork.set(key, left)
    })
  }
}
