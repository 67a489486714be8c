/**
 * Steps of a random program before it is known what they mean, for tests that hold a unit against its rule. Law: a
 * step is numbers alone; the test that reads it says which verb `kind` is.
 */
import fc from "fast-check"

export interface DrawnStep {
  /** Which verb. */
  readonly kind: number
  /** Which region, domain, or register. */
  readonly pick: number
  readonly offset: number
  readonly bytes: number
  readonly store: boolean
}

/** The largest number of each kind. */
export interface DrawnRange {
  readonly kind: number
  readonly offset: number
  readonly bytes: number
  /** Steps of a program, from 20 on. */
  readonly steps: number
}

/** Programs of steps within `most`. */
export const drawnSteps = (most: DrawnRange): fc.Arbitrary<Array<DrawnStep>> =>
  fc.array(
    fc.record({
      kind: fc.nat(most.kind),
      pick: fc.nat(59),
      offset: fc.nat(most.offset),
      bytes: fc.integer({ min: 1, max: most.bytes }),
      store: fc.boolean()
    }),
    { minLength: 20, maxLength: most.steps }
  )
