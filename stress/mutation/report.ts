// What StrykerJS reports of a room, as mutants that are told by their code: line numbers change with every edit.

export interface Mutant {
  readonly file: string
  readonly mutator: string
  readonly original: string
  readonly replacement: string
}

export interface Found extends Mutant {
  readonly status: string
  readonly line: number
  /** Runs once, when the file is loaded. */
  readonly isStatic: boolean
}

interface Place {
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

/** The part of StrykerJS's report (schema 2) that is used here. */
export interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string
        readonly mutants: readonly {
          readonly mutatorName: string
          readonly replacement?: string
          readonly location: { readonly start: Place; readonly end: Place }
          readonly status: string
          readonly static?: boolean
        }[]
      }
    >
  >
}

export function mutantsIn({ files }: Report): Found[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const starts = lineStarts(source)
    const at = ({ line, column }: Place) => (starts[line - 1] ?? 0) + column - 1
    return mutants.map(({ mutatorName, replacement = '', location, status, static: isStatic = false }) => ({
      file,
      mutator: mutatorName,
      original: shortened(source.slice(at(location.start), at(location.end))),
      replacement: shortened(replacement),
      status,
      line: location.start.line,
      isStatic,
    }))
  })
}

function lineStarts(source: string): number[] {
  return [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)]
}

const longest = 100

/** On one line, and of a long piece only both ends: enough to know it again. */
function shortened(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest / 2)} … ${line.slice(-longest / 2)}`
}

/** Without what survived and has no spec that reached it: StrykerJS would believe that for ever, whatever specs come. */
export function forgetful<Known extends Report>(report: Known): Known {
  const files = Object.entries(report.files).map(([path, file]) => {
    const mutants = file.mutants.filter(({ status, static: isStatic }) => !(isStatic === true && status === 'Survived'))
    return [path, { ...file, mutants }]
  })
  return { ...report, files: Object.fromEntries(files) }
}

/** What one mutant is known by in the list of those that are argued. */
export function keyOf({ file, mutator, original, replacement }: Mutant): string {
  return JSON.stringify([file, mutator, original, replacement])
}
