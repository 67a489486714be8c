/**
 * Operations that change rights, lowered by the mechanism's unit. Law: what a unit has no word of its own for comes to
 * what it has one for; nothing is left out.
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import { allocate, free, share } from "./default-lowering.ts"
import { type OperationScript, Verb } from "./operation-script.ts"
import type { ProtectionUnit } from "./unit.ts"

export class RightsOperations {
  readonly #unit: ProtectionUnit

  constructor(unit: ProtectionUnit) {
    this.#unit = unit
  }

  /** Append what operation `operation` of `script` does. */
  lower(program: Program, t: HardwareThread, script: OperationScript, operation: number): void {
    const unit = this.#unit
    const from = script.from[operation]
    const to = script.to[operation]
    const region = script.region[operation]
    const rights = script.rights[operation]
    switch (script.verb[operation]) {
      case Verb.move:
        return unit.move(program, t, region, from, to)
      case Verb.grant:
        return unit.grant(program, t, to, region, rights)
      case Verb.revoke:
        return unit.revoke(program, t, from, region, rights)
      case Verb.share:
        return share(unit, program, t, to, region, rights)
      case Verb.allocate:
        return allocate(unit, program, t, to, region)
      case Verb.free:
        return free(unit, program, t, from, region, [from])
      case Verb.terminate:
        return unit.terminate?.(program, t, to, [])
    }
  }
}
