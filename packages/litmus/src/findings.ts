/**
 * Tests that fail, and why: the unit does something that the golden forbids. They fail in `isolde litmus` all the same.
 * Law: a finding leaves this list when its unit is put right; a golden never moves towards it.
 */
export interface Finding {
  readonly test: string
  readonly mechanism: string
  readonly why: string
}

export const findings: ReadonlyArray<Finding> = []
