/**
 * Revocation without a table: mark what is revoked in a bitmap, scan the registers of every thread in an interrupt, then
 * load every line of every page that may hold capabilities and clear the revoked ones. From the marking on no load of a
 * revoked capability succeeds (the load barrier), so nothing escapes into a register behind the scan.
 *
 *   CHERI16  a revocation by sweep is over for every thread and every slot of the domain when it completes
 *   CHERI17  freed objects wait in quarantine until they come to `quarantine` percent of the exchange heap, or until
 *            one of them is allocated again; one sweep serves all of them
 */

import { RegionKind } from "@isolde/core/isolation/regions"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import { LINES_PER_PAGE, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { CAPABILITY_BYTES } from "./capability.ts"
import type { CheriConfig } from "./config.ts"
import type { ExchangeObjects } from "./exchange-objects.ts"
import { type GovernedMemory, UNGOVERNED } from "./governed-memory.ts"
import type { TrackedStores } from "./revocation.ts"
import { NONE } from "./stored-capabilities.ts"

/** Bytes of the heap that a word of the bitmap stands for: a bit per capability's size. */
const MARKED = 64 * CAPABILITY_BYTES
/** Capability registers of a thread. */
const REGISTERS = 31

/** Codes of the unit's effects. */
export interface SweepActs {
  readonly revoking: number
  readonly scan: number
  readonly sweep: number
  readonly quarantine: number
  readonly reuse: number
}

export class Sweep {
  readonly #config: CheriConfig
  readonly #parts: MachineParts
  readonly #objects: ExchangeObjects
  readonly #tracked: TrackedStores
  readonly #acts: SweepActs
  readonly #lock: number
  readonly #waiting: number // word: bytes in quarantine
  readonly #bitmap: number // first page
  readonly #heapPages: ReadonlyArray<ReadonlyArray<number>> // [domain] pages of its own that hold capabilities
  readonly #freed: Int16Array // [object] domain whose capabilities wait in quarantine, or NONE
  readonly #heapBytes: number

  constructor(
    config: CheriConfig,
    parts: MachineParts,
    memory: GovernedMemory,
    objects: ExchangeObjects,
    tracked: TrackedStores,
    acts: SweepActs
  ) {
    const { domains, regions, words } = parts
    this.#config = config
    this.#parts = parts
    this.#objects = objects
    this.#tracked = tracked
    this.#acts = acts
    this.#lock = words.allocate(1)
    this.#waiting = words.allocate(1)
    this.#heapBytes = objects.regions.reduce((sum, region) => sum + regions.bytes[region], 0)
    this.#bitmap = memory.reserve(
      Math.ceil(((this.#heapBytes / MARKED + objects.count) * 8) / PAGE_BYTES) + 1,
      UNGOVERNED
    )
    this.#heapPages = Array.from({ length: domains }, (_, domain) => {
      const own = Array.from(regions.kind.keys()).filter(
        (region) => regions.kind[region] === RegionKind.private && regions.owner[region] === domain
      )
      const pages = own.flatMap((region) => regions.pagesOf(region))
      return pages.slice(0, Math.ceil((pages.length * config.capabilityPages) / 100))
    })
    this.#freed = new Int16Array(objects.count).fill(NONE)
    if (parts.threads > 1) parts.kernel.serve = callback((program) => this.#scan(program))
  }

  /** CHERI16 */
  revoke(program: Program, t: HardwareThread, domain: number, object: number): void {
    program.as(Cause.sweep).lock(this.#lock, this.#parts.numbers.core.locked)
    this.#epoch(program, t, domain, object)
    program.as(Cause.sweep).storeWord(this.#lock, 0)
  }

  /** CHERI17: `domain` frees `object`. */
  free(program: Program, domain: number, object: number): void {
    program.as(Cause.sweep).lock(this.#lock, this.#parts.numbers.core.locked).loadWord(this.#waiting)
    program.act(this.#acts.quarantine, domain, object).storeWord(this.#lock, 0)
  }

  /** CHERI17: `object` comes alive again. */
  reuse(program: Program, object: number): void {
    program.as(Cause.sweep).lock(this.#lock, this.#parts.numbers.core.locked)
    program.act(this.#acts.reuse, object).storeWord(this.#lock, 0)
  }

  /** Under the lock, the bytes in quarantine in `value`. */
  quarantined(t: HardwareThread, domain: number, object: number): void {
    this.#freed[object] = domain
    const bytes = t.value + this.#parts.regions.bytes[this.#objects.regions[object]]
    const program = t.pushProgram().as(Cause.sweep).compute(2)
    if (bytes * 100 > this.#heapBytes * this.#config.quarantine) this.#empty(program, t)
    else program.storeWord(this.#waiting, bytes)
  }

  reused(t: HardwareThread, object: number): void {
    if (this.#freed[object] !== NONE) this.#empty(t.pushProgram(), t)
  }

  /** Lower the sweep of what `domain` has stored, as it stands now. */
  sweep(t: HardwareThread, domain: number, object: number): void {
    const { testPath } = this.#config
    const program = t.pushProgram().as(Cause.sweep)
    for (const page of this.#heapPages[domain]) this.#loadLines(program, page)
    for (const page of this.#tracked.pagesOf(domain)) this.#loadLines(program, page)
    const { stored } = this.#tracked
    for (let slot = stored.first[object]; slot !== NONE; slot = stored.next[slot]) {
      if (stored.domainOf(slot) !== domain) continue
      this.#tracked.load(program, slot)
      program.compute(testPath)
      this.#tracked.overwrite(program, slot)
    }
    program.serialise(Serialise.drain, 1)
  }

  /** Mark, scan this thread's registers and everybody else's, sweep. */
  #epoch(program: Program, t: HardwareThread, domain: number, object: number): void {
    this.#mark(program, object)
    program.serialise(Serialise.drainStores, 1).act(this.#acts.revoking, domain, object)
    this.#scan(program)
    if (this.#parts.threads > 1) this.#parts.kernel.synchronise(program, t)
    program.as(Cause.sweep).act(this.#acts.sweep, domain, object)
    this.#mark(program, object)
  }

  #empty(program: Program, t: HardwareThread): void {
    for (let object = 0; object < this.#freed.length; object++) {
      if (this.#freed[object] === NONE) continue
      this.#epoch(program.as(Cause.sweep), t, this.#freed[object], object)
      this.#freed[object] = NONE
    }
    program.as(Cause.sweep).storeWord(this.#waiting, 0)
  }

  #mark(program: Program, object: number): void {
    const bytes = this.#parts.regions.bytes[this.#objects.regions[object]]
    for (let word = 0; word * MARKED < bytes; word++)
      this.#bit(object, word, (page, offset) => program.store(page, offset))
  }

  /** Every register of the thread: its base, its bit. */
  #scan(program: Program): void {
    program.as(Cause.sweep)
    for (let register = 0; register < REGISTERS; register++) {
      program.compute(this.#config.scanPath)
      program.load(this.#bitmap, (register * 8) % PAGE_BYTES)
    }
    program.serialise(Serialise.drain, 1).act(this.#acts.scan)
  }

  /** Tags come with their line: one load for each, which no compartment's bounds concern. */
  #loadLines(program: Program, page: number): void {
    program.readLines(this.#parts.pages.line(page, 0), LINES_PER_PAGE)
  }

  #bit(object: number, word: number, at: (page: number, offset: number) => void): void {
    const place = (Math.floor((this.#objects.startOf(object) % this.#heapBytes) / MARKED) + word) * 8
    const pages = Math.ceil(((this.#heapBytes / MARKED + this.#objects.count) * 8) / PAGE_BYTES)
    at(this.#bitmap + (Math.floor(place / PAGE_BYTES) % pages), place % PAGE_BYTES)
  }
}
