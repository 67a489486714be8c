/** No isolation: every gate is the program's own call, every right is everybody's. The denominator. */
import { Right } from "./rights.ts"
import type { ProtectionUnit } from "./unit.ts"

export class NoneUnit implements ProtectionUnit {
  readonly copyChunk: number

  constructor(copyChunk = 32) {
    this.copyChunk = copyChunk
  }

  start(): void {}
  enter(): void {}
  leave(): void {}
  openBoth(): void {}
  grant(): void {}
  revoke(): void {}
  move(): void {}
  act(): void {}

  registers(): number {
    return 0
  }

  allows(): number {
    return Right.readWrite
  }
}
