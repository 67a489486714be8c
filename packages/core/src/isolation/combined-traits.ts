/**
 * What several mechanisms are together, as data. Law: an access has to pass all of them, so the combination governs
 * what any of them does, and can express what all of them can.
 */
import { RegionKind } from "./regions.ts"
import { Right } from "./rights.ts"
import type { RevocationScope, Traits } from "./traits.ts"
import type { Instrumentation } from "./unit.ts"

/** How far a revocation reaches, the farthest first: one mechanism that has taken a right away everywhere is enough. */
const scopes: ReadonlyArray<RevocationScope> = ["everywhere", "initiator"]

/** The traits of a combination of at least one mechanism. */
export function combinedTraits(
  mechanisms: ReadonlyArray<{ readonly name: string; readonly traits: Traits }>
): Traits | undefined {
  const [first] = mechanisms
  if (first === undefined || mechanisms.length === 1) return first?.traits
  const all = mechanisms.map(({ traits }) => traits)
  const least = (of: (traits: Traits) => number) => Math.min(...all.map(of))
  return {
    isa: first.traits.isa.filter((isa) => all.every((traits) => traits.isa.includes(isa))),
    features: [...new Set(all.flatMap((traits) => traits.features ?? []))],
    nativeMachine: first.traits.nativeMachine,
    governs: all.reduce((rights, traits) => rights | traits.governs, 0),
    leaves: Object.values(RegionKind).filter((kind) =>
      all.every(({ leaves = [RegionKind.shared] }) => leaves.includes(kind))
    ),
    ungoverned: mechanisms.flatMap(({ name, traits }) => traits.ungoverned.map((what) => `${name} alone: ${what}`)),
    granule: least((traits) => traits.granule),
    pointerBytes: Math.max(...all.map((traits) => traits.pointerBytes ?? 8)),
    domains: least((traits) => traits.domains),
    regions: least((traits) => traits.regions),
    livesIn: [...new Set(all.flatMap((traits) => traits.livesIn))],
    revocation: scopes.find((scope) => all.some((traits) => traits.revocation === scope)) ?? "everywhere",
    quarantines: all.every((traits) => traits.quarantines === true),
    attacker: mechanisms.map(({ name, traits }) => `${name}: ${traits.attacker}`).join("; "),
    takes: [...new Set(all.flatMap((traits) => traits.takes ?? ["authority" as const]))],
    instructions: all.flatMap((traits) => traits.instructions ?? [])
  }
}

/** What all of them add to each access; undefined if none adds anything. */
export function combinedInstrumentation(each: ReadonlyArray<Instrumentation | undefined>): Instrumentation | undefined {
  const added = each.filter((one) => one !== undefined)
  if (added.length === 0) return undefined
  return {
    instructions: added.reduce((sum, { instructions }) => sum + instructions, 0),
    latency: added.reduce((sum, { latency }) => sum + latency, 0),
    sparesStack: added.every(({ sparesStack }) => sparesStack),
    accesses: added.reduce((rights, { accesses = Right.readWrite }) => rights | accesses, 0),
    branches: added.reduce((sum, { branches = 0 }) => sum + branches, 0)
  }
}
