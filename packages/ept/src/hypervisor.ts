/**
 * Edits of the second-level tables: a hypercall exits, takes the hypervisor's lock, stores entries, forgets what
 * TLBs hold of a context that lost something, on every thread, and enters the guest again.
 *
 *   EPT8   the record and the tables change under the lock: two edits of one page are one after the other
 *   EPT9   an entry takes effect when its line is held writable; a page a domain holds no other object on is
 *          withdrawn, a page it gains is given at once
 *   EPT10  a context in which an entry that was present changed is forgotten by INVEPT here, and by interrupt and
 *          exit on every other thread, before the caller resumes; entries that are not present are never cached
 *   EPT13  interrupts exit, or are delivered: the handler switches to the first context and back
 *   EPT14  with page tables for each process, the guest's kernel edits, and nothing exits
 *   EPT17  who ends a domain has its private memory withdrawn from its context, and a context that is nobody's any more
 *          taken off the list
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import type { KernelRoutines } from "@isolde/core/os/kernel-routines"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { Nested } from "@isolde/core/translation/nested-walk"
import type { EptConfig } from "./config.ts"
import type { EptpList } from "./eptp-list.ts"
import type { SecondLevel } from "./second-level.ts"

/** Number of the call, region, two arguments. */
const ARGUMENTS = 4
/** The hypervisor keeps a line of memory per region and one per page that holds regions. */
const RECORDS_PER_PAGE = PAGE_BYTES / LINE_BYTES

export class Hypervisor {
  readonly #config: EptConfig
  readonly #tables: SecondLevel
  readonly #kernel: KernelRoutines
  readonly #locked: number
  readonly #stored: number
  readonly #remap: boolean
  readonly #numbers: MachineParts["numbers"]
  readonly #lock: number // word
  readonly #regionRecords: number // page
  readonly #pageRecords: number // page

  /** `stored` is the code of the unit's own report that an entry has been stored. */
  constructor(config: EptConfig, parts: MachineParts, tables: SecondLevel, stored: number) {
    this.#config = config
    this.#tables = tables
    this.#kernel = parts.kernel
    this.#locked = parts.numbers.core.locked
    this.#stored = stored
    this.#lock = parts.words.allocate(1)
    this.#regionRecords = parts.pages.reserve(Math.ceil(parts.regions.count / RECORDS_PER_PAGE))
    this.#pageRecords = parts.pages.reserve(Math.ceil(tables.rows / RECORDS_PER_PAGE))
    this.#remap = config.edits === "remap"
    this.#numbers = parts.numbers
    this.#takeInterrupts(config)
  }

  /** EPT13: where interrupts are delivered, the handler runs in the first context, and INVEPT needs an exit of its own. */
  #takeInterrupts({ flushSpace, interrupts, invept, vmEntry, vmExit, vmfunc }: EptConfig): void {
    const exits = interrupts === "exit"
    this.#kernel.entry.handlerExit = exits ? vmExit : vmfunc
    this.#kernel.entry.handlerEntry = exits ? vmEntry : vmfunc
    this.#kernel.forgetContext = this.#remap ? flushSpace : exits ? invept : vmExit + invept + vmEntry
  }

  /** A hypercall, or the guest's system call, that performs the unit's `action(region, argument)` under the lock. */
  call(program: Program, action: number, region: number, argument: number): void {
    const { editPath, vmEntry, vmExit } = this.#config
    if (this.#remap) {
      this.#kernel.entry.call(program.as(Cause.kernel).compute(ARGUMENTS)).chain(this.#numbers.kernel.protectPath)
      program.lock(this.#lock, this.#locked).act(action, region, argument).storeWord(this.#lock, 0)
      return this.#kernel.entry.return(program)
    }
    program.as(Cause.kernel).compute(ARGUMENTS).serialise(Serialise.drain, vmExit).chain(editPath)
    program.lock(this.#lock, this.#locked).act(action, region, argument)
    program.storeWord(this.#lock, 0).serialise(Serialise.drain, vmEntry)
  }

  /** Under the lock: `loser` keeps `kept` of `region`, `winner` gets `given`; either domain may be -1, for nobody. */
  edit(thread: HardwareThread, region: number, loser: number, kept: Rights, winner: number, given: Rights): void {
    const tables = this.#tables
    const program = thread.pushProgram().as(Cause.kernel)
    this.#touch(program, this.#regionRecords, region)
    if (loser >= 0) tables.record(loser, region, kept)
    if (winner >= 0) tables.record(winner, region, given)
    const from = tables.contextOf(loser)
    const to = tables.contextOf(winner)
    let loserStale = false
    let winnerStale = false
    for (let index = 0; index < tables.pageCount(region); index++) {
      const page = tables.pageAt(region, index)
      this.#touch(program, this.#pageRecords, tables.rowOf(page))
      if (loser >= 0 && this.#store(program, from, page)) loserStale = true
      if (winner >= 0 && this.#store(program, to, page)) winnerStale = true
    }
    if (loserStale) this.#kernel.shootdownContext(program, thread, from)
    if (winnerStale) this.#kernel.shootdownContext(program, thread, to)
  }

  /** EPT17: under the lock. Returns the private regions that `domain` loses. */
  retire(program: Program, thread: HardwareThread, domain: number, list: EptpList): ReadonlyArray<number> {
    const tables = this.#tables
    const context = tables.contextOf(domain)
    const left = tables.privatesOf(domain)
    let isStale = false
    for (const region of left) {
      this.#touch(program, this.#regionRecords, region)
      tables.record(domain, region, Right.none)
      for (let index = 0; index < tables.pageCount(region); index++) {
        const page = tables.pageAt(region, index)
        this.#touch(program, this.#pageRecords, tables.rowOf(page))
        if (this.#store(program, context, page)) isStale = true
      }
    }
    if (tables.retire(domain) && !this.#remap) list.clear(program, context)
    if (isStale) this.#kernel.shootdownContext(program, thread, context)
    return left
  }

  #touch(program: Program, records: number, record: number): void {
    const page = records + Math.floor(record / RECORDS_PER_PAGE)
    const offset = (record % RECORDS_PER_PAGE) * LINE_BYTES
    program.load(page, offset).store(page, offset)
  }

  /** Store the entry that the record asks for, if it isn't there; true if TLBs may hold what stood there. */
  #store(program: Program, context: number, page: number): boolean {
    const before = this.#tables.mapped(context, page)
    const after = this.#tables.wanted(context, page)
    if (before === after) return false
    program.chain(this.#remap ? this.#numbers.kernel.perPage : this.#config.editPerPage)
    program.storeNestedEntry(context, page, after).act(this.#stored, context, page)
    return before !== Nested.none
  }
}
