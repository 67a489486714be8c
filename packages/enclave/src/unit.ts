/**
 * Enclaves with time. Which enclave a thread executes in is a mode of the hardware, its second-level context here; whose a
 * page is stands in the EPCM, at which a walk looks last. No access is checked by the unit itself. The rule is in
 * enclave-page.ts.
 */

import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts, ProtectionUnit, RightsHolder } from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import type { Program } from "@isolde/core/processor/program"
import type { EnclaveConfig } from "./config.ts"
import { OUTSIDE } from "./enclave-page.ts"
import { EpcmWalk } from "./epcm-walk.ts"
import { Gate } from "./gate.ts"
import { PageCache } from "./page-cache.ts"

/** Actions of its own. */
const Act = { mode: 0, load: 1 } as const

export class EnclaveUnit implements ProtectionUnit {
  readonly copyChunk: number
  /** What is in the EPC. */
  readonly cache: PageCache
  readonly #gate: Gate
  readonly #epcm: EpcmWalk
  readonly #regions: Regions
  readonly #first: number // mode of domain 0
  readonly #pages: ReadonlyArray<ReadonlyArray<number>> // [region]
  readonly #interrupted: Int32Array // [hardware thread] mode that an interrupt took it out of
  readonly #handled: Int32Array // [software thread] mode that a signal took it out of

  constructor(config: EnclaveConfig, parts: MachineParts) {
    const { domains, kernel, pages, regions, softwareThreads, threads } = parts
    this.copyChunk = config.copyChunk
    this.#first = config.application === "outside" ? OUTSIDE : OUTSIDE + 1
    this.#regions = regions
    this.#gate = new Gate(config, parts, Act.mode)
    this.#pages = Array.from({ length: regions.count }, (_, region) => regions.pagesOf(region))
    const owned = new Map<number, number>() // page -> mode of its enclave
    for (let region = 0; region < regions.count; region++)
      if (this.#isEnclaves(region)) for (const page of this.#pages[region] ?? []) owned.set(page, this.#modeOf(region))
    const governed = [...owned.keys()].sort((x, y) => x - y)
    this.#epcm = new EpcmWalk(pages, domains + this.#first, governed, (page) => owned.get(page) ?? OUTSIDE)
    parts.walkBy(this.#epcm)
    this.cache = new PageCache(config, parts, this.#epcm, governed, Act.load)
    this.#interrupted = new Int32Array(threads)
    this.#handled = new Int32Array(softwareThreads)
    kernel.forgetContext = 0
    kernel.entry.taken = callback((program, t) => {
      this.#interrupted[t.number] = t.secondLevel
      this.#gate.exit(program, t.secondLevel)
    })
    kernel.entry.resumed = callback((program, t) => {
      this.#gate.resume(program, this.#interrupted[t.number] ?? OUTSIDE)
      this.#interrupted[t.number] = OUTSIDE
    })
  }

  /** SGX6: the handler runs outside, whether an interrupt or a call of the kernel led to it. */
  signal(program: Program, t: HardwareThread): void {
    this.#handled[t.software] = t.secondLevel === OUTSIDE ? (this.#interrupted[t.number] ?? OUTSIDE) : t.secondLevel
    this.#interrupted[t.number] = OUTSIDE
    this.#gate.exit(program, t.secondLevel)
  }

  /** SGX6: and goes back in by ERESUME. */
  sigreturn(program: Program, t: HardwareThread): void {
    this.#gate.resume(program, this.#handled[t.software] ?? OUTSIDE)
  }

  start(t: HardwareThread, domain: number): void {
    t.enterSecondLevel(this.translatesIn(domain))
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.pass(program, t, this.translatesIn(from), this.translatesIn(to))
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.pass(program, t, this.translatesIn(from), this.translatesIn(to))
  }

  openBoth(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.open(program, t, this.translatesIn(from), this.translatesIn(to))
  }

  // A page is one enclave's for good: what would ask for more is refused.
  grant(): void {}
  revoke(): void {}
  move(): void {}

  /** SGX1: the page is the enclave's own, and not in the EPC: the driver brings it back. */
  heals(t: HardwareThread, fault: number, page: number): boolean {
    const row = this.#epcm.rowOf(page)
    return (
      fault === Fault.notPresent && row >= 0 && t.secondLevel !== OUTSIDE && this.#epcm.ownerOf(row) === t.secondLevel
    )
  }

  repair(program: Program, t: HardwareThread, _fault: number, page: number): void {
    const mode = t.secondLevel
    this.#gate.exit(program, mode)
    this.cache.bring(program, page)
    this.#gate.resume(program, mode)
  }

  act(t: HardwareThread, code: number, a: number): void {
    if (code === Act.load) this.cache.load(t, a)
    else t.enterSecondLevel(a)
  }

  allows(t: RightsHolder, region: number): Rights {
    return this.#isEnclaves(region) && !this.#owns(t.secondLevel, region) ? Right.none : Right.readWrite
  }

  /** Memory outside the EPC is reached by whatever the register says; an enclave's by the map. */
  holds(_t: RightsHolder, region: number): Rights {
    return this.#isEnclaves(region) ? Right.none : Right.readWrite
  }

  registers(): number {
    return 0
  }

  copies(domain: number, region: number): number {
    if (!this.#isEnclaves(region)) return 0
    return this.#owns(this.translatesIn(domain), region) ? (this.#pages[region]?.length ?? 0) : 0
  }

  /** The mode of a domain. */
  translatesIn(domain: number): number {
    return domain + this.#first
  }

  /** Private memory of an enclave; everything else lies outside the EPC. */
  #isEnclaves(region: number): boolean {
    return this.#regions.kind[region] === RegionKind.private && this.#modeOf(region) > OUTSIDE
  }

  #modeOf(region: number): number {
    return this.translatesIn(this.#regions.owner[region] ?? 0)
  }

  #owns(mode: number, region: number): boolean {
    return this.#modeOf(region) === mode
  }
}
