/**
 * A mechanism to test the contract with: one table of rights for all threads, read at every access, and a register
 * per thread that says which row counts. With `flaw` it breaks one law, so that the law can be seen to notice.
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts, ProtectionUnit, RightsHolder } from "@isolde/core/isolation/unit"
import { defineMechanism } from "@isolde/core/mechanism"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { choice } from "@isolde/core/quantity"
import { Schema } from "effect"

const Config = Schema.Struct({
  flaw: choice(["none", "forgets revocations", "forgets grants", "spins", "free gate"], "law that it breaks")
})
type Flaw = (typeof Config.Type)["flaw"]

const Act = { select: 0, set: 1 } as const

/** What the register says: a domain whose row counts, and a second one if it isn't negative. */
const rowsOf = (domain: number, open = -1): number => domain | ((open + 1) << 8)

class AccessTableUnit implements ProtectionUnit {
  readonly copyChunk = 32
  readonly #flaw: Flaw
  readonly #parts: MachineParts
  readonly #rights: Uint8Array // [domain][region]
  readonly #table: number
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(flaw: Flaw, parts: MachineParts) {
    this.#flaw = flaw
    this.#parts = parts
    this.#table = parts.pages.reserve(1)
    const { regions } = parts
    this.#rights = new Uint8Array(parts.domains * regions.count)
    for (let domain = 0; domain < parts.domains; domain++) {
      for (let region = 0; region < regions.count; region++) {
        const kind = regions.kind[region]
        const all = kind === RegionKind.shared || (kind === RegionKind.exchange && parts.exchange === "share")
        if (all || regions.owner[region] === domain) this.#rights[domain * regions.count + region] = Right.readWrite
      }
    }
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    thread.authority = rowsOf(domain)
  }

  enter(program: Program, _thread: HardwareThread, _from: number, to: number): void {
    if (this.#flaw === "spins") program.spin(this.#parts.words.allocate(1), 1, Cause.lockWait)
    program.as(this.#flaw === "free gate" ? Cause.kernel : Cause.gate)
    program.serialise(Serialise.drain, 12).act(Act.select, to, -1)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.enter(program, thread, from, to)
  }

  openBoth(program: Program, _thread: HardwareThread, from: number, to: number): void {
    program.as(Cause.gate).serialise(Serialise.drain, 12).act(Act.select, from, to)
  }

  grant(program: Program, _thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#flaw !== "forgets grants") this.#set(program, domain, region, rights)
  }

  revoke(program: Program, _thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#flaw !== "forgets revocations") this.#set(program, domain, region, rights)
  }

  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    this.revoke(program, thread, from, region, Right.none)
    this.grant(program, thread, to, region, Right.readWrite)
  }

  act(thread: HardwareThread, code: number, a: number, b: number): void {
    if (code === Act.select) thread.authority = rowsOf(a, b)
    else this.#rights[a] = b
  }

  checkAccess(thread: number, page: number, offset: number, _bytes: number, store: boolean): number {
    const region = this.#parts.regions.at(page, offset)
    if (region < 0) return Fault.none
    const { authority } = this.#threads[thread] as HardwareThread
    return (this.#of(authority, region) & (store ? Right.write : Right.read)) === 0 ? Fault.mechanism : Fault.none
  }

  allows({ authority }: RightsHolder, region: number): Rights {
    return this.#of(authority, region)
  }

  #of(authority: number, region: number): Rights {
    const count = this.#parts.regions.count
    const open = (authority >>> 8) - 1
    const more = open < 0 ? Right.none : (this.#rights[open * count + region] ?? Right.none)
    return (this.#rights[(authority & 0xff) * count + region] ?? Right.none) | more
  }

  #set(program: Program, domain: number, region: number, rights: Rights): void {
    program
      .as(Cause.kernel)
      .store(this.#table, (region % 64) * 64)
      .serialise(Serialise.drainStores, 30)
    program.act(Act.set, domain * this.#parts.regions.count + region, rights)
  }
}

/** One central table of rights. */
export const accessTable = defineMechanism({
  name: "access-table",
  version: "0.1.0",
  config: Config,
  traits: () => ({
    isa: ["x86-64"],
    nativeMachine: "tiger-lake",
    governs: Right.readWrite,
    ungoverned: [],
    granule: 16,
    domains: 64,
    regions: Number.POSITIVE_INFINITY,
    livesIn: ["table"],
    revocation: "everywhere",
    attacker: "can't write the table"
  }),
  refuse: (_config, { domains }) => (domains > 64 ? `it has 64 rows, not ${domains}` : undefined),
  build: ({ flaw }, parts) => new AccessTableUnit(flaw, parts)
})
