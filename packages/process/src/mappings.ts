/**
 * Changes of rights, as system calls on page tables: a region that a domain gains is attached to its address space, one
 * that it loses is unmapped there, one whose rights change is protected anew. Each call is the kernel's own program with
 * its semaphore, table locks and shootdown.
 *
 *   PR6  the record of who holds what changes under its lock, and the tables follow before the lock is let go
 *   PR7  what takes a right away comes first; a page stays while the domain holds another region on it
 *   PR8  a change has older accesses complete before it begins
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { Views } from "./views.ts"

/** What a domain is to have afterwards. */
export interface Change {
  readonly domain: number
  readonly rights: Rights
}

/** Adjacent pages of one address space that change alike. */
interface Run {
  readonly domain: number
  readonly first: number
  count: number
  readonly before: Rights
  readonly after: Rights
}

/** Codes of the unit's own. */
export interface MappingActions {
  readonly change: number
  readonly next: number
}

export class Mappings {
  readonly #parts: MachineParts
  readonly #views: Views
  readonly #actions: MappingActions
  readonly #lock: number // word
  readonly #left: ReadonlyArray<Array<Run>> // [software thread] calls that are to be made

  constructor(parts: MachineParts, views: Views, actions: MappingActions) {
    this.#parts = parts
    this.#views = views
    this.#actions = actions
    this.#lock = parts.words.allocate(1)
    this.#left = Array.from({ length: parts.softwareThreads }, () => [])
  }

  /** Append the change of `region` for several domains, one after the other. */
  append(program: Program, region: number, changes: ReadonlyArray<Change>): void {
    for (const change of changes) {
      program.as(Cause.kernel).serialise(Serialise.drain, 0).lock(this.#lock, this.#parts.numbers.core.locked)
      program.act(this.#actions.change, region, change.domain | (change.rights << 16)).storeWord(this.#lock, 0)
    }
  }

  /** The lock is held: the record changes, and the calls that follow from it begin. */
  change(t: HardwareThread, region: number, packed: number): void {
    const views = this.#views
    const domain = packed & 0xffff
    const pages = views.pagesOf(region)
    const before = pages.map((page) => views.wanted(domain, page))
    views.record(domain, region, (packed >>> 16) as Rights)
    const left = this.#left[t.software] ?? []
    pages.forEach((page, at) => {
      const was = before[at] ?? Right.none
      const is = views.wanted(domain, page)
      const last = left.at(-1)
      if (was === is) return
      if (last !== undefined && last.first + last.count === page && last.before === was && last.after === is)
        last.count++
      else left.push({ domain, first: page, count: 1, before: was, after: is })
    })
    this.#call(t)
  }

  /** The last call is over: make the next. */
  next(t: HardwareThread): void {
    this.#call(t)
  }

  #call(t: HardwareThread): void {
    const run = this.#left[t.software]?.shift()
    if (run === undefined) return
    const { calls } = this.#parts.kernel
    const { after, before, count, domain, first } = run
    const entry = this.#views.entry(first, after)
    const program = t.pushProgram()
    if (after === Right.none) calls.unmap(program, t, first, count, domain)
    else if (before === Right.none) calls.attach(program, t, first, count, entry, domain)
    else calls.protect(program, t, first, count, entry, domain)
    program.act(this.#actions.next)
  }
}
