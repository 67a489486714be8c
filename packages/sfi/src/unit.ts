/**
 * SFI with time. Which sandbox's code runs is in the thread's authority; what it reaches follows from its zone, its
 * bounds or the lists, and never changes. The rule is in sandbox.ts, what the forms are in variants.ts.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { RegionLookup } from "@isolde/core/isolation/region-lookup"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { Instrumentation, MachineParts, ProtectionUnit, RightsHolder } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { CheckTable } from "@isolde/core/processor/check-table"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import type { Program } from "@isolde/core/processor/program"
import { CheckEntries } from "./check-entries.ts"
import type { SfiConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { Confinement } from "./sandbox.ts"
import { instrumentationOf, type Variant, variants } from "./variants.ts"

/** Actions of its own. */
const Act = { pass: 0, trust: 1 } as const

/** In a thread's `authority`, beside its domain: the runtime copies, unconfined. */
const TRUSTED = 1 << 20

export class SfiUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation
  readonly tables: ReadonlyArray<CheckTable> | undefined
  readonly #variant: Variant
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #lookup: RegionLookup
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #owner: Int16Array // [region] domain
  readonly #writesAlone: boolean
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(config: SfiConfig, parts: MachineParts) {
    this.#variant = variants[config.variant]
    this.#parts = parts
    this.copyChunk = config.copyChunk
    this.instrumentation = instrumentationOf(config)
    this.#lookup = new RegionLookup(parts.pages, parts.regions)
    this.#kind = parts.regions.kind
    this.#owner = parts.regions.owner
    this.#writesAlone = this.#variant.confinement === Confinement.listed
    this.tables = this.#tablesOf(config)
    this.#gate = new Gate(config, parts, Act.pass)
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    thread.authority = domain
  }

  enter(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.enter(program, thread.software, from, to)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.leave(program, thread.software, from, to)
  }

  /** SFI8: the runtime, which no verifier confines, copies until the next gate. */
  openBoth(program: Program): void {
    program.as(Cause.copy).compute(2).act(Act.trust)
  }

  /** SFI9: throws InvalidInput. */
  grant(_program: Program, _thread: HardwareThread, _domain: number, region: number, rights: Rights): void {
    this.#fixed("grant", region, rights)
  }

  /** SFI9: throws InvalidInput. */
  revoke(_program: Program, _thread: HardwareThread, _domain: number, region: number, rights: Rights): void {
    this.#fixed("revoke", region, rights)
  }

  /** SFI9: throws InvalidInput. */
  move(_program: Program, _thread: HardwareThread, region: number): void {
    this.#fixed("move", region, Right.readWrite)
  }

  act(thread: HardwareThread, code: number, a: number): void {
    if (code === Act.pass) thread.authority = a
    else thread.authority |= TRUSTED
  }

  /** SFI5: the memory is in reach, or the access traps or goes astray in its own zone: prevented either way. */
  checkAccess(thread: number, page: number, offset: number, bytes: number, store: boolean): number {
    const { authority } = this.#threads[thread]
    if ((authority & TRUSTED) !== 0 || (this.#writesAlone && !store)) return Fault.none
    const region = this.#lookup.at(page, offset)
    if (!this.#reaches(authority, region)) return Fault.mechanism
    const last = this.#lookup.at(page, offset + bytes < 4096 ? offset + bytes - 1 : 4095)
    return last === region || this.#reaches(authority, last) ? Fault.none : Fault.mechanism
  }

  allows({ authority }: RightsHolder, region: number): Rights {
    if ((authority & TRUSTED) !== 0 || this.#reaches(authority, region)) return Right.readWrite
    return this.#writesAlone ? Right.read : Right.none
  }

  registers({ authority }: RightsHolder): number {
    return authority
  }

  #reaches(domain: number, region: number): boolean {
    if (region < 0 || this.#kind[region] === RegionKind.shared || this.#owner[region] === domain) return true
    return this.#kind[region] === RegionKind.exchange && this.#parts.exchange === "share"
  }

  /** SFI6: checks that read tables. */
  #tablesOf(config: SfiConfig): ReadonlyArray<CheckTable> | undefined {
    const { confinement } = this.#variant
    const isBounded = confinement === Confinement.bounded && config.boundsLoads > 0
    if (!isBounded && !this.#writesAlone) return undefined
    const entries = new CheckEntries(config, this.#parts.pages)
    const tablePage = (thread: number, page: number, offset: number, store: boolean): number => {
      if ((this.#threads[thread].authority & TRUSTED) !== 0 || (!isBounded && !store)) return -1
      return isBounded ? entries.bounds(page, offset) : entries.list(page, offset)
    }
    return [
      {
        tablePage,
        get tableOffset() {
          return entries.offset
        }
      }
    ]
  }

  #fixed(verb: string, region: number, rights: Rights): never {
    throw new InvalidInput([
      {
        path: `${verb} of ${this.#parts.regions.names[region]}`,
        expected: "rights that stay as they are",
        actual: `rights ${rights}: ${this.#variant.fixed}`,
        remedy: "Copy the object instead, or choose a mechanism whose rights change."
      }
    ])
  }
}
