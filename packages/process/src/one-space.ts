/**
 * Processes in one address space (PiP): a switch at user level, and nothing that a thread could not reach.
 * Law: every right is everybody's; what would change one is refused beforehand.
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts, ProtectionUnit } from "@isolde/core/isolation/unit"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import type { ProcessConfig } from "./config.ts"
import { Gate } from "./gate.ts"

export class OneSpaceUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #gate: Gate

  constructor(config: ProcessConfig, parts: MachineParts) {
    this.copyChunk = config.copyChunk
    this.#gate = new Gate(config, parts, 0)
  }

  start(): void {}

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.pass(program, t, from, to)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.pass(program, t, from, to)
  }

  openBoth(): void {}
  grant(): void {}
  revoke(): void {}
  move(): void {}
  act(): void {}

  registers(): number {
    return 0
  }

  allows(): Rights {
    return Right.readWrite
  }
}
