/**
 * A toy: every hardware thread has a domain register, every page a domain that may use it, or all of them.
 * One instruction of trusted code writes the register; an access to another domain's page faults.
 */
import { defineMechanism, type MachineParts, type ProtectionUnit, quantity, Right } from "@isolde/core"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { Schema } from "effect"

const ToyConfig = Schema.Struct({
  write: quantity({ default: 20, unit: "cycle", meaning: "write of the register", source: "assumed: as WRPKRU" }),
  path: quantity({ default: 8, unit: "instruction", meaning: "a gate without its write", source: "assumed: a call" })
})

/** Every domain, as owner of a page; every page, in a thread's register. */
const Any = -1
const DOMAINS = 256

class ToyUnit implements ProtectionUnit {
  readonly copyChunk = 32
  readonly #config: typeof ToyConfig.Type
  readonly #ownerOf: (region: number) => number
  readonly #pageOwner: Int16Array // [page] domain, or Any
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(config: typeof ToyConfig.Type, { pages, regions }: MachineParts) {
    this.#config = config
    this.#ownerOf = (region) => (regions.kind[region] === RegionKind.shared ? Any : (regions.owner[region] ?? Any))
    this.#pageOwner = new Int16Array(pages.count).fill(Any)
    for (let region = 0; region < regions.count; region++)
      for (const page of regions.pagesOf(region)) this.#pageOwner[page] = this.#ownerOf(region)
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    thread.authority = domain
  }

  enter(program: Program, _thread: HardwareThread, _from: number, to: number): void {
    program.as(Cause.gate).compute(this.#config.path).serialise(Serialise.hold, this.#config.write).act(0, to)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.enter(program, thread, from, to)
  }

  openBoth(program: Program, thread: HardwareThread, from: number): void {
    this.enter(program, thread, from, Any)
  }

  // A page belongs to one domain for good: what would ask for more is refused below.
  grant(): void {}
  revoke(): void {}
  move(): void {}

  act(thread: HardwareThread, _code: number, domain: number): void {
    thread.authority = domain
  }

  checkAccess(thread: number, page: number): number {
    const { authority } = this.#threads[thread] as HardwareThread
    return reaches(authority, this.#pageOwner[page] ?? Any) ? Fault.none : Fault.mechanism
  }

  allows({ authority }: HardwareThread, region: number): number {
    return reaches(authority, this.#ownerOf(region)) ? Right.readWrite : Right.none
  }
}

const reaches = (domain: number, owner: number): boolean => owner === Any || domain === Any || domain === owner

export const toy = defineMechanism({
  name: "toy",
  version: "0.1.0",
  config: ToyConfig,
  traits: () => ({
    isa: ["x86-64", "aarch64"],
    nativeMachine: "tiger-lake",
    governs: Right.readWrite,
    ungoverned: ["instruction fetch", "memory of all: code, gates, the shared runtime"],
    granule: 4096,
    domains: DOMAINS,
    regions: 0,
    livesIn: ["register", "table"],
    revocation: "everywhere",
    attacker: "can't write the register: trusted code alone contains the instruction"
  }),
  refuse: (_config, { domains, exchange, operations }) => {
    if (domains > DOMAINS) return `${domains} domains, but the register holds ${DOMAINS}`
    return exchange === "copy" && operations.length === 0
      ? undefined
      : "a page belongs to one domain for good: none is shared, none is lent"
  },
  build: (config, parts) => new ToyUnit(config, parts)
})
