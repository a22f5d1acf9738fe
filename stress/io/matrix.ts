// Which call fails, on which file, how, when, and what must come of it.

/** Where in its life the server is: serving under load, starting, or stopping. */
export type Phase = 'load' | 'start' | 'stop'

export interface Row {
  readonly phase: Phase
  readonly calls: string
  readonly error: string
  /** strace's `when`: `2` is the second call only, `2+` that one and all later ones. */
  readonly when: string
  /** What the file is, and its path below the ledger's folder; `LAST` is the name of the last segment. */
  readonly file: string
  readonly path: string
  /** How the process must end; `serves`: it takes no harm. */
  readonly ends: 'exit 1' | 'exit 1 or 507' | 'exit 0 or 1' | 'serves'
}

const [EIO, ENOSPC, EDQUOT] = ['EIO', 'ENOSPC', 'EDQUOT']
const copies = ['data/journal', 'mirror'] as const
const rename = 'rename,renameat,renameat2'
/** All that is done to a file that is made beside the old one and then takes its name. */
const callsOfNewFiles = ['openat', 'pwrite64', 'fdatasync', rename]

/** Every row of the matrix. */
export function matrix(): Row[] {
  return [...appends(), ...nextSegments(), ...archiveWrites(), ...archiveElsewhere(), ...starts(), ...stops()]
}

function appends(): Row[] {
  return copies.flatMap((copy) =>
    [EIO, ENOSPC, EDQUOT].flatMap((error) =>
      ['1', '3', '1+'].map((when): Row => {
        return {
          phase: 'load',
          calls: 'pwrite64',
          error,
          when,
          file: `record in ${copy}`,
          path: `${copy}/LAST`,
          ends: 'exit 1',
        }
      }),
    ),
  )
}

function nextSegments(): Row[] {
  const rows = (calls: string, path: string, file: string) =>
    [EIO, ENOSPC].map((error): Row => {
      // Too little room for the next segment is no failure: what still fits is taken, then all is turned away.
      const ends = error === ENOSPC && calls !== rename && path.endsWith('.new') ? 'exit 1 or 507' : 'exit 1'
      return { phase: 'load', calls, error, when: '1', file, path, ends }
    })
  return copies.flatMap((copy) => [
    ...callsOfNewFiles.flatMap((calls) => rows(calls, `${copy}/next.new`, `next segment in ${copy}`)),
    ...rows('fdatasync', copy, `folder ${copy}`),
  ])
}

function archiveWrites(): Row[] {
  return [EIO, ENOSPC].flatMap((error) =>
    ['1', '3', '1+'].map((when): Row => {
      return {
        phase: 'load',
        calls: 'pwrite64',
        error,
        when,
        file: 'archive',
        path: 'data/archive/archive.sqlite-wal',
        ends: 'exit 1',
      }
    }),
  )
}

/** At a stop it may be left behind: it is derived, and fed at the next start. */
function archiveElsewhere(): Row[] {
  const place = { error: EIO, when: '1', file: 'archive', path: 'data/archive/archive.sqlite' }
  return [
    ...['openat', 'pread64'].map((calls): Row => ({ ...place, phase: 'start', calls, ends: 'exit 1' })),
    ...['pwrite64', 'fsync,fdatasync'].map((calls): Row => ({ ...place, phase: 'stop', calls, ends: 'exit 0 or 1' })),
  ]
}

function starts(): Row[] {
  const rows = copies.flatMap((copy) =>
    [...callsOfNewFiles.map((calls) => [calls, `${copy}/LAST.new`] as const), ['fdatasync', copy] as const].flatMap(
      ([calls, path]) =>
        [EIO, ENOSPC].map((error): Row => {
          return {
            phase: 'start',
            calls,
            error,
            when: '1',
            file: path === copy ? `folder ${copy}` : `last segment in ${copy}`,
            path,
            ends: 'exit 1',
          }
        }),
    ),
  )
  const reads = copies.flatMap((copy) =>
    ['1', '1+'].map((when): Row => {
      return {
        phase: 'start',
        calls: 'pread64',
        error: EIO,
        when,
        file: `last segment in ${copy}`,
        path: `${copy}/LAST`,
        ends: 'serves',
      }
    }),
  )
  return [...rows, ...reads]
}

function stops(): Row[] {
  return copies.flatMap((copy) =>
    callsOfNewFiles.map((calls): Row => {
      return {
        phase: 'stop',
        calls,
        error: EIO,
        when: '1',
        file: `mark of a stop in ${copy}`,
        path: `${copy}/clean-stop.json.new`,
        ends: 'exit 1',
      }
    }),
  )
}

export function nameOf({ calls, error, when, file, phase }: Row): string {
  return `${calls.split(',')[0]} of ${file}: ${error} on call ${when}, ${phase}`
}
