// Plants one anomaly into a history that is right, and sees whether the checker tells it.

import { expect } from 'chai'
import type { Command } from '../../stress/commands/command.ts'
import { violationsIn } from '../../stress/serializability/checker.ts'
import type { Part } from '../../stress/serializability/history.ts'
import type { Kind } from '../../stress/serializability/violations.ts'
import { Story } from './story.ts'

/** What is wrong, how it is planted, and what is told of it. */
export type Anomaly = readonly [string, (story: Story) => void, Kind, RegExp]

/** Done as the last of all, whatever stood against it. */
export const accepted = (story: Story, command: Command, seq: number, balances: Part['balances'] = {}) => {
  story.ask(command)
  const parts = [{ seq, id: `tr_${seq}`, state: 'posted', balances }]
  story.tell('added', { status: 201, ledgerSeq: seq, replayed: false, digest: 'new', parts })
}
export const refusedAs = (story: Story, command: Command, code: string) => {
  const { seq } = story.model
  story.ask(command)
  story.tell('added', { status: 422, ledgerSeq: seq, replayed: false, parts: [{ code, balances: {} }] })
}

export function itTells(anomalies: readonly Anomaly[]): void {
  for (const [anomaly, plant, kind, words] of anomalies) {
    it(anomaly, () => {
      const story = new Story()
      plant(story)
      const violations = violationsIn(story.model.calls)
      const found = violations.some((violation) => violation.kind === kind && words.test(violation.message))
      expect(found, JSON.stringify(violations, null, 1)).to.equal(true)
    })
  }
}
