/**
 * What operations come to for a unit that has no word of its own for them. Law: nothing is left out; what a default
 * can't say with grant, revoke and move, the unit refuses beforehand.
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import { Right, type Rights } from "./rights.ts"
import type { ProtectionUnit } from "./unit.ts"

export function share(
  unit: ProtectionUnit,
  program: Program,
  t: HardwareThread,
  domain: number,
  region: number,
  rights: Rights
): void {
  if (unit.share === undefined) unit.grant(program, t, domain, region, rights)
  else unit.share(program, t, domain, region, rights)
}

export function allocate(
  unit: ProtectionUnit,
  program: Program,
  t: HardwareThread,
  domain: number,
  region: number
): void {
  if (unit.allocate === undefined) unit.grant(program, t, domain, region, Right.readWrite)
  else unit.allocate(program, t, domain, region)
}

/** `holders`: who may have been given a right to `region`, its owner, `domain`, among them. */
export function free(
  unit: ProtectionUnit,
  program: Program,
  t: HardwareThread,
  domain: number,
  region: number,
  holders: ReadonlyArray<number>
): void {
  if (unit.free !== undefined) return unit.free(program, t, domain, region, holders)
  for (const holder of holders) unit.revoke(program, t, holder, region, Right.none)
}
