// Whether a line is on the disk for certain: looked for in what a power cut could not take away.

import { dirname } from 'node:path'
import type { SimulatedDisk } from './simulated-disk.ts'

interface Place {
  readonly path: string
  readonly end: number
}

export class Durability {
  readonly #disk: SimulatedDisk
  /** Where the last line was found, by folder: the next one stands right behind it. */
  readonly #places = new Map<string, Place>()

  constructor(disk: SimulatedDisk) {
    this.#disk = disk
  }

  holds(folder: string, line: string): boolean {
    const bytes = Buffer.from(`${line}\n`)
    const place = this.#places.get(folder)
    if (place !== undefined && this.#isAt(folder, bytes, place)) return true
    const paths = this.#disk.names.durablePaths().filter((path) => dirname(path) === folder && path.endsWith('.jsonl'))
    return paths
      .sort()
      .reverse()
      .some((path) => this.#isAt(folder, bytes, { path, end: 0 }))
  }

  #isAt(folder: string, bytes: Buffer, { path, end }: Place): boolean {
    const found = this.#disk.names.durable(path)?.durable.indexOf(bytes, end) ?? -1
    if (found < 0) return false
    this.#places.set(folder, { path, end: found + bytes.length })
    return true
  }
}
