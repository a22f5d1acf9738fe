// All bugs that are planted, from the disk upwards.

import type { Bug } from '../bug.ts'
import { bugsOfTheJournal } from './of-the-journal.ts'
import { bugsOfTheRules } from './of-the-rules.ts'
import { bugsOfTheStorage } from './of-the-storage.ts'
import { bugsOfTheVirtualMachine } from './of-the-virtual-machine.ts'

export const bugs: readonly Bug[] = [
  ...bugsOfTheJournal,
  ...bugsOfTheStorage,
  ...bugsOfTheVirtualMachine,
  ...bugsOfTheRules,
]
