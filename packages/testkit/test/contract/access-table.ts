/**
 * A mechanism to test the contract with: one table of rights in memory for all threads, read at every access, and a
 * register per thread that says which row counts. With `flaw` it breaks one law, so that the law can be seen to notice.
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { StoredRights } from "@isolde/core/isolation/stored-rights"
import type { MachineParts, ProtectionUnit, RightsHolder } from "@isolde/core/isolation/unit"
import { leastWayToTile } from "@isolde/core/machines/latencies"
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

/** Rows of the table. */
const ROWS = 32
const ROW_BITS = 5
const SELECTED_BITS = 11
const Ever = 0x7fff_ffff

/** What the register says: a domain whose row counts, and a second one if it isn't negative. */
const rowsOf = (domain: number, open = -1): number => domain | ((open + 1) << ROW_BITS)

class AccessTableUnit implements ProtectionUnit {
  readonly copyChunk = 32
  readonly #flaw: Flaw
  readonly #parts: MachineParts
  readonly #rights: StoredRights
  readonly #table: number
  readonly #travel: number
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(flaw: Flaw, parts: MachineParts) {
    this.#flaw = flaw
    this.#parts = parts
    this.#table = parts.pages.reserve(1)
    const { regions } = parts
    this.#travel = leastWayToTile(parts.numbers)
    this.#rights = new StoredRights(parts.domains, regions.count, parts.threads, parts.softwareThreads, this.#travel)
    for (let domain = 0; domain < parts.domains; domain++) {
      for (let region = 0; region < regions.count; region++) {
        const kind = regions.kind[region]
        const all = kind === RegionKind.shared || (kind === RegionKind.exchange && parts.exchange === "share")
        if (all || regions.owner[region] === domain) this.#rights.initialise(domain, region, Right.readWrite)
      }
    }
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    this.#select(thread, rowsOf(domain))
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
    if (code === Act.select) return this.#select(thread, rowsOf(a, b))
    const { regions } = this.#parts
    const tag = this.#rights.issue(thread.number, thread.software, Math.floor(a / regions.count), a % regions.count, b)
    this.#select(thread, thread.authority)
    thread
      .pushProgram()
      .as(Cause.kernel)
      .tagStore(this.#table, ((a % regions.count) % 64) * 64, 8, tag, 8)
  }

  /** The store of an entry performs. */
  tagged(thread: HardwareThread, page: number, _offset: number, _bytes: number, tag: number, tick: number): void {
    if (page === this.#table) this.#rights.perform(thread.number, thread.software, tag, tick)
  }

  checkAccess(thread: number, page: number, offset: number, _bytes: number, store: boolean, tick: number): number {
    const region = this.#parts.regions.at(page, offset)
    if (region < 0) return Fault.none
    const t = this.#threads[thread] as HardwareThread
    return (this.allows(t, region, tick) & (store ? Right.write : Right.read)) === 0 ? Fault.mechanism : Fault.none
  }

  allows({ authority, software }: RightsHolder, region: number, tick = Ever): Rights {
    const of = (domain: number): Rights => this.#rights.of(software, authority >>> SELECTED_BITS, domain, region, tick)
    const open = ((authority >>> ROW_BITS) & ((1 << (SELECTED_BITS - ROW_BITS)) - 1)) - 1
    return of(authority & (ROWS - 1)) | (open < 0 ? Right.none : of(open))
  }

  /** The register says which rows count, and how many changes its thread had issued by then. */
  #select(thread: HardwareThread, rows: number): void {
    thread.authority = (rows & ((1 << SELECTED_BITS) - 1)) | (this.#rights.issued(thread.software) << SELECTED_BITS)
  }

  #set(program: Program, domain: number, region: number, rights: Rights): void {
    program
      .as(Cause.kernel)
      .act(Act.set, domain * this.#parts.regions.count + region, rights)
      .serialise(Serialise.drainStores, Math.max(30, this.#travel))
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
    domains: ROWS,
    regions: Number.POSITIVE_INFINITY,
    livesIn: ["table"],
    revocation: "everywhere",
    attacker: "can't write the table"
  }),
  refuse: (_config, { domains }) => (domains > ROWS ? `it has ${ROWS} rows, not ${domains}` : undefined),
  build: ({ flaw }, parts) => new AccessTableUnit(flaw, parts)
})
