// How far it is: a bar on a terminal, a line now and then elsewhere. Always on standard error, so that --json stays clean.

const barWidth = 30
const barEvery_ms = 100
const lineEvery_ms = 5_000

export interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export class Progress {
  readonly #label: string
  readonly #total: number
  readonly #output: Output
  readonly #now: () => number
  #done = 0
  #drawnAt: number

  constructor(
    label: string,
    total: number,
    output: Output = process.stderr,
    now: () => number = () => performance.now(),
  ) {
    this.#label = label
    this.#total = total
    this.#output = output
    this.#now = now
    this.#drawnAt = now()
  }

  step(count = 1): void {
    this.#done += count
    const now = this.#now()
    if (now - this.#drawnAt < (this.#output.isTTY ? barEvery_ms : lineEvery_ms)) return
    this.#drawnAt = now
    this.#draw()
  }

  finish(): void {
    this.#draw()
    if (this.#output.isTTY) this.#output.write('\n')
  }

  #draw(): void {
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total)
    const counts = `${this.#label} ${this.#done}/${this.#total} ${Math.floor(share * 100)} %`
    if (!this.#output.isTTY) {
      this.#output.write(`${counts}\n`)
      return
    }
    const filled = Math.round(share * barWidth)
    this.#output.write(`\r\x1b[K[${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}] ${counts}`)
  }
}
