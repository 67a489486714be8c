/**
 * A mutant: a mechanism, a routine or a part of the machine with one thing left out, to see whether a test notices.
 * Law: it wraps what is there; production code knows nothing of it.
 */
import type { MechanismInstance } from "@isolde/core/mechanism"
import type { System } from "@isolde/core/scenario/system"

export interface Mutant {
  readonly name: string
  /** What it leaves out or does wrong. */
  readonly breaks: string
  /** Tests that fail under it, and under which mechanisms: `test/mechanism`. */
  readonly flips: ReadonlyArray<string>
  /** The instance in place of `instance`. */
  readonly instance?: (instance: MechanismInstance) => MechanismInstance
  /** Change a system that is about to run. */
  readonly system?: (system: System) => void
}
