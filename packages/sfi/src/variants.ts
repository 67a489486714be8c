/**
 * What the forms of SFI are, as data: what confines an access, on which machines, how many sandboxes, where the
 * confinement lives. Law: what differs between forms is in this table, the gate and the instrumentation, nowhere else.
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { Instrumentation, Place } from "@isolde/core/isolation/unit"
import type { Feature } from "@isolde/core/machines/features"
import type { InstructionSet } from "@isolde/core/machines/machine"
import type { SfiConfig } from "./config.ts"
import { Confinement } from "./sandbox.ts"

export interface Variant {
  readonly confinement: Confinement
  readonly isa: ReadonlyArray<InstructionSet>
  readonly features?: ReadonlyArray<Feature>
  readonly nativeMachine: string
  readonly governs: Rights
  /** Sandboxes that can be told apart. */
  readonly domains: number
  readonly granule: number
  readonly livesIn: ReadonlyArray<keyof typeof Place>
  /** Why rights can't change, and why memory can't be everybody's: undefined where it can. */
  readonly fixed: string
  readonly unshared: string | undefined
}

const zones = "a sandbox reaches one zone of addresses, and memory doesn't change its addresses but by a copy"
const oneZone = "a sandbox reaches one zone of addresses, so no memory is in two sandboxes' reach"
const readWrite = Right.readWrite

/** Zones of 4 GB in 47 bits of addresses. */
const ZONES = 1 << 15
/** Zones of 4 GB in 48 bits. */
const LFI_ZONES = 1 << 16
/** Memories of 8 GB with their guards: sfi-022 for slots of 408 MB beside, sfi-039 for 8 GB. */
const GUARDED_ZONES = 14_582

export const variants: Readonly<Record<SfiConfig["variant"], Variant>> = {
  masking: {
    confinement: Confinement.masked,
    isa: ["x86-64", "aarch64"],
    nativeMachine: "tiger-lake",
    governs: readWrite,
    domains: ZONES,
    granule: 4096,
    livesIn: ["code"],
    fixed: zones,
    unshared: oneZone
  },
  bundles: {
    confinement: Confinement.masked,
    isa: ["x86-64", "aarch64"],
    nativeMachine: "tiger-lake",
    governs: readWrite,
    domains: ZONES,
    granule: 4096,
    livesIn: ["code"],
    fixed: zones,
    unshared: oneZone
  },
  segment: {
    confinement: Confinement.guarded,
    isa: ["x86-64"],
    nativeMachine: "tiger-lake",
    governs: readWrite,
    domains: GUARDED_ZONES,
    granule: 4096,
    livesIn: ["register", "code"],
    fixed: zones,
    unshared: oneZone
  },
  guard: {
    confinement: Confinement.guarded,
    isa: ["x86-64", "aarch64"],
    nativeMachine: "skylake-sp",
    governs: readWrite,
    domains: GUARDED_ZONES,
    granule: 4096,
    livesIn: ["register", "code"],
    fixed: zones,
    unshared: oneZone
  },
  heap: {
    confinement: Confinement.compared,
    isa: ["x86-64", "aarch64"],
    nativeMachine: "skylake-sp",
    governs: readWrite,
    domains: ZONES,
    granule: 4096,
    livesIn: ["register", "code"],
    fixed: zones,
    unshared: oneZone
  },
  bounds: {
    confinement: Confinement.bounded,
    isa: ["x86-64"],
    features: ["mpx"],
    nativeMachine: "skylake-sp",
    governs: readWrite,
    domains: ZONES,
    granule: 1,
    livesIn: ["register", "table"],
    fixed: "bounds are copied with their pointers into registers and tables, and nobody finds the copies again",
    unshared: "a sandbox's bounds are one lower and one upper, so no memory is in two sandboxes' reach"
  },
  lists: {
    confinement: Confinement.listed,
    isa: ["x86-64", "aarch64"],
    nativeMachine: "ivy-bridge",
    governs: Right.write,
    domains: ZONES,
    granule: 8,
    livesIn: ["table"],
    fixed: "stores alone are looked up, so who loses an object goes on reading it",
    unshared: undefined
  },
  lfi: {
    confinement: Confinement.guarded,
    isa: ["aarch64"],
    nativeMachine: "neoverse-n1",
    governs: readWrite,
    domains: LFI_ZONES,
    granule: 4096,
    livesIn: ["register", "code"],
    fixed: zones,
    unshared: oneZone
  }
}

/** Micro-operations of BNDLDX (hw-023). */
const BNDLDX = 8

/** SFI6: what the compiler puts in front of accesses and indirect branches. */
export function instrumentationOf(config: SfiConfig): Instrumentation {
  const { variant } = config
  const added = (instructions: number, latency: number, more: Partial<Instrumentation> = {}): Instrumentation => ({
    instructions,
    latency,
    sparesStack: true,
    ...more
  })
  switch (variant) {
    case "masking":
      return added(config.maskInstructions, config.maskLatency)
    case "bundles":
      return added(config.maskInstructions, config.maskLatency, { branches: config.branchInstructions })
    case "segment":
      return added(0, config.segmentLatency)
    case "guard":
      return added(0, config.guardLatency)
    case "heap":
      return added(config.heapInstructions, config.heapLatency)
    case "bounds":
      return added(config.checkInstructions + Math.ceil((BNDLDX * config.boundsLoads) / 100), 0)
    case "lists":
      return added(config.listInstructions, 0, { accesses: Right.write })
    case "lfi":
      return added(config.lfiInstructions, config.lfiLatency, { branches: config.branchInstructions })
  }
}
