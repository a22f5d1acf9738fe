// The server on a disk whose nth write of a record fails: node broken-disk.ts N [flags]

import type { Disk, DiskFile } from '../../src/journal/disk.ts'
import { nodeDisk } from '../../src/journal/node-disk.ts'
import { main } from '../../src/main.ts'

const [nth, ...flags] = process.argv.slice(2)
let serving = false
let writes = 0

function broken(file: DiskFile): DiskFile {
  return {
    size: () => file.size(),
    read: (target, position) => file.read(target, position),
    sync: () => file.sync(),
    close: () => file.close(),
    write: (bytes, position) => file.write(bytes, position),
    async writeAndSync(bytes, position) {
      if (serving && ++writes === Number(nth)) throw new Error('EIO: i/o error, write')
      return file.writeAndSync(bytes, position)
    },
  }
}

const disk: Disk = {
  ...nodeDisk,
  openToWrite: async (path) => broken(await nodeDisk.openToWrite(path)),
  create: async (path) => broken(await nodeDisk.create(path)),
}

await main(flags, { disk })
serving = true
