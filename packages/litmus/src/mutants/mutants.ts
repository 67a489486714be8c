/** All mutants by name. Law: each names tests that notice it, and a test of the package runs them. */
import type { LitmusRow } from "../judge.ts"
import type { Mutant } from "../mutant.ts"
import { refuseUnknown } from "../suite.ts"
import { orderingMutants } from "./ordering-mutants.ts"
import { pointerMutants } from "./pointer-mutants.ts"
import { registerMutants } from "./register-mutants.ts"
import { shootdownMutants } from "./shootdown-mutants.ts"
import { softwareMutants } from "./software-mutants.ts"
import { spaceMutants } from "./space-mutants.ts"

export const mutants: ReadonlyArray<Mutant> = [
  ...shootdownMutants,
  ...registerMutants,
  ...pointerMutants,
  ...orderingMutants,
  ...softwareMutants,
  ...spaceMutants
]

/** The mutant called `name`. Throws InvalidInput for an unknown name. */
export function mutantByName(name: string): Mutant {
  refuseUnknown(
    "mutant",
    name,
    mutants.map((each) => each.name)
  )
  return mutants.find((each) => each.name === name) as Mutant
}

/** Mechanisms of the tests that `mutant` says notice it: the part of the suite that it concerns. */
export const concerned = ({ flips }: Mutant): ReadonlySet<string> =>
  new Set(flips.map((flip) => flip.slice(flip.indexOf("/") + 1)))

/** Rows that fail under a mutant: what notices it. */
export const flipped = (rows: ReadonlyArray<LitmusRow>): ReadonlyArray<LitmusRow> =>
  rows.filter((row) => row.status === "fail")
