/**
 * The enclave page cache and its driver: which enclave pages are in it, and how one that is not comes back when it is used:
 * a victim is blocked, tracked until no TLB can have it, written back encrypted with its version kept, and the page loaded.
 *
 *   SGX8   the lists of what is in the cache change under the driver's lock; the victim is what came first
 *   SGX9   a victim's entry is invalid, and every thread has left its enclave since, before it is written back
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINES_PER_PAGE, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { Nested } from "@isolde/core/translation/nested-walk"
import type { EnclaveConfig } from "./config.ts"
import type { EpcmWalk } from "./epcm-walk.ts"

export class PageCache {
  /** Pages written back, and loaded. */
  evictions = 0
  loads = 0
  readonly #config: EnclaveConfig
  readonly #parts: MachineParts
  readonly #epcm: EpcmWalk
  readonly #load: number
  readonly #lock: number // word
  readonly #backing: number // first page; one for each page of an enclave
  readonly #versions: number // first page of the version arrays
  // Both belong to who holds the lock.
  readonly #resident: Array<number> // pages, oldest first
  readonly #present: Set<number>

  /** `load` is the code of the unit's own action that begins a load under the lock. */
  constructor(
    config: EnclaveConfig,
    parts: MachineParts,
    epcm: EpcmWalk,
    governed: ReadonlyArray<number>,
    load: number
  ) {
    this.#config = config
    this.#parts = parts
    this.#epcm = epcm
    this.#load = load
    this.#lock = parts.words.allocate(1)
    const overflows = governed.length > config.epcPages
    this.#backing = overflows ? parts.pages.reserve(governed.length) : -1
    this.#versions = overflows ? parts.pages.reserve(Math.ceil((governed.length * 8) / PAGE_BYTES)) : -1
    this.#resident = governed.slice(0, config.epcPages)
    this.#present = new Set(this.#resident)
    for (const page of governed.slice(config.epcPages)) epcm.setRights(0, page, Nested.none)
  }

  /** Append the handler of a fault on `page`, which is an enclave's. */
  bring(program: Program, page: number): void {
    program.as(Cause.kernel).chain(this.#config.faultPath)
    program.lock(this.#lock, this.#parts.numbers.core.locked).act(this.#load, page).storeWord(this.#lock, 0)
  }

  /** SGX8: the lock is held. */
  load(t: HardwareThread, page: number): void {
    if (this.#present.has(page)) return
    const program = t.pushProgram().as(Cause.kernel)
    if (this.#resident.length >= this.#config.epcPages) this.#evict(program, t, this.#resident.shift() ?? page)
    const row = this.#epcm.rowOf(page)
    const mode = this.#epcm.ownerOf(row)
    this.#resident.push(page)
    this.#present.add(page)
    this.loads++
    program.load(this.#versionPage(row), (row * 8) % PAGE_BYTES).serialise(Serialise.drain, this.#config.eldu)
    program.copyLines(this.#line(this.#backing + row), this.#line(page), LINES_PER_PAGE)
    program.store(this.#versionPage(row), (row * 8) % PAGE_BYTES).storeNestedEntry(mode, page, Nested.write)
  }

  /** SGX9. */
  #evict(program: Program, t: HardwareThread, page: number): void {
    const { eblock, ewb } = this.#config
    const row = this.#epcm.rowOf(page)
    const mode = this.#epcm.ownerOf(row)
    this.#present.delete(page)
    this.evictions++
    program.serialise(Serialise.drain, eblock).storeNestedEntry(mode, page, Nested.none)
    program.serialise(Serialise.drain, eblock)
    this.#parts.kernel.shootdownContext(program, t, mode)
    program.as(Cause.kernel).serialise(Serialise.drain, ewb)
    program.copyLines(this.#line(page), this.#line(this.#backing + row), LINES_PER_PAGE)
    program.store(this.#versionPage(row), (row * 8) % PAGE_BYTES)
  }

  #versionPage(row: number): number {
    return this.#versions + Math.floor((row * 8) / PAGE_BYTES)
  }

  #line(page: number): number {
    return this.#parts.pages.line(page, 0)
  }
}
