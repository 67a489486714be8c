/**
 * mmap, munmap, mprotect, pkey_mprotect and madvise(DONTNEED) as programs: a path length each, the mapping semaphore,
 * splits of areas, the page table under its locks, and the flush of what changed. Who zaps pages holds their frames
 * until the flush is over (OS3).
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Entry, type Pages } from "../memory/pages.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { AddressSpaces } from "./address-spaces.ts"
import { NoArea } from "./areas.ts"
import { BATCH } from "./frames.ts"
import type { KernelEntry } from "./kernel-entry.ts"
import { entryFor, hasFrame } from "./page-tables.ts"
import { Hold } from "./read-write-semaphore.ts"
import type { ShootdownPolicy } from "./shootdown/shootdown-policy.ts"

/** What a call does with its pages. */
const Call = { protect: 0, unmap: 1, discard: 2, map: 3, attach: 4 } as const
type Call = (typeof Call)[keyof typeof Call]

const Step = { begin: 0, pages: 1, change: 2, giveBack: 3 } as const
/** How many routines system calls have. */
export const CALL_ROUTINES = 4

/** Pages whose entries change before the table's lock is let go. */
const AT_ONCE = 128

const NotOpen = -1

export class SystemCalls {
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #pages: Pages
  readonly #spaces: AddressSpaces
  readonly #entry: KernelEntry
  readonly #shootdown: ShootdownPolicy
  // The call under way of each software thread: it may be switched away from before it has entered the kernel.
  readonly #call: Uint8Array // [software thread] Call
  readonly #first: Int32Array // [software thread] page
  readonly #count: Int32Array // [software thread]
  readonly #wanted: Int32Array // [software thread] entry of the area
  readonly #source: Int32Array // [software thread] first page whose frames the area shares, or -1
  readonly #at: Int32Array // [software thread] next page
  readonly #changed: Int32Array // [software thread] entries changed
  readonly #batch: Int32Array // [software thread] frames taken out, or NotOpen

  constructor(
    threads: number,
    numbers: MachineNumbers,
    pages: Pages,
    spaces: AddressSpaces,
    entry: KernelEntry,
    shootdown: ShootdownPolicy,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#pages = pages
    this.#spaces = spaces
    this.#entry = entry
    this.#shootdown = shootdown
    this.#call = new Uint8Array(threads)
    this.#first = new Int32Array(threads)
    this.#count = new Int32Array(threads)
    this.#wanted = new Int32Array(threads)
    this.#source = new Int32Array(threads)
    this.#at = new Int32Array(threads)
    this.#changed = new Int32Array(threads)
    this.#batch = new Int32Array(threads)
  }

  /** mprotect or pkey_mprotect: the areas of pages [first, first + count) of address space `space` get `entry`. */
  protect(program: Program, t: HardwareThread, first: number, count: number, entry: number, space = t.space): void {
    this.#begin(program, t, space, Call.protect, first, count, entry, -1)
  }

  /** munmap. */
  unmap(program: Program, t: HardwareThread, first: number, count: number, space = t.space): void {
    this.#begin(program, t, space, Call.unmap, first, count, 0, -1)
  }

  /** madvise(DONTNEED): the pages go, their areas stay. */
  discard(program: Program, t: HardwareThread, first: number, count: number): void {
    this.#begin(program, t, t.space, Call.discard, first, count, 0, -1)
  }

  /**
   * mmap in place of what was there: absent pages, or, with a `source`, the frames of its pages until they are written
   * (a private mapping of a file in memory).
   */
  map(program: Program, t: HardwareThread, first: number, count: number, entry: number, source: number): void {
    this.#begin(program, t, t.space, Call.map, first, count, entry, source)
  }

  /** mmap of shared memory that is there: pages [first, first + count) come into `space` with `entry`, on their frames. */
  attach(program: Program, t: HardwareThread, first: number, count: number, entry: number, space: number): void {
    this.#begin(program, t, space, Call.attach, first, count, entry, -1)
  }

  /** Append what gives the frames of pages [first, first + count), flushed by now, or later if `deferred`, back. */
  giveBack(program: Program, t: HardwareThread, first: number, count: number, deferred: boolean): void {
    program.run(this.#firstRoutine + Step.giveBack, this.#spaces.unmapped.claim(t.number, first, count, deferred))
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    switch (routine - this.#firstRoutine) {
      case Step.begin:
        return this.#areas(program, t)
      case Step.pages:
        return this.#next(program, t)
      case Step.change:
        return this.#change(program, t, argument)
      default:
        return this.#giveBack(program, t, argument)
    }
  }

  #begin(
    program: Program,
    t: HardwareThread,
    space: number,
    call: Call,
    first: number,
    count: number,
    wanted: number,
    source: number
  ): void {
    const { kernel } = this.#numbers
    this.#call[t.software] = call
    this.#first[t.software] = first
    this.#count[t.software] = count
    this.#wanted[t.software] = wanted
    this.#source[t.software] = source
    this.#at[t.software] = first
    this.#changed[t.software] = 0
    this.#batch[t.software] = NotOpen
    const path = [kernel.protectPath, kernel.unmapPath, kernel.discardPath, kernel.mapPath, kernel.mapPath][call]
    this.#entry.call(program).chain(path)
    this.#spaces.act(t, space).mappings.acquire(program, holdOf(call))
    program.run(this.#firstRoutine + Step.begin)
  }

  /** AR1: the semaphore is held. */
  #areas(program: Program, t: HardwareThread): void {
    const { areas } = this.#spaces.acting(t)
    const call = this.#call[t.software]
    const first = this.#first[t.software]
    const count = this.#count[t.software]
    const area = areas.find(first)
    if (area >= 0) program.readLines(areas.line(area), 1)
    areas.splits = 0
    if (call === Call.protect) areas.protect(first, count, this.#wanted[t.software])
    else if (call === Call.unmap) areas.remove(first, count)
    else if (call >= Call.map) areas.insert(first, count, this.#wanted[t.software])
    if (areas.splits > 0) program.chain(areas.splits * this.#numbers.kernel.splitPath)
    const made = call >= Call.map || areas.splits > 0 ? areas.find(first) : NoArea
    if (made >= 0) program.writeLines(areas.line(made), 1)
    program.run(this.#firstRoutine + Step.pages)
  }

  #next(program: Program, t: HardwareThread): void {
    const at = this.#at[t.software]
    const left = this.#first[t.software] + this.#count[t.software] - at
    if (left === 0) return this.#end(program, t)
    const { tables } = this.#spaces.acting(t)
    const count = tables.together(at, left < AT_ONCE ? left : AT_ONCE)
    tables.lock(program, at)
    program.run(this.#firstRoutine + Step.change, count)
    tables.unlock(program, at)
    program.run(this.#firstRoutine + Step.pages)
  }

  /** PT1: the table's lock is held: what stands in it now stays until it is changed here. */
  #change(program: Program, t: HardwareThread, count: number): void {
    const first = this.#at[t.software]
    this.#at[t.software] += count
    for (let page = first; page < first + count; page++) {
      if (this.#call[t.software] === Call.protect) this.#protectPage(program, t, page)
      else this.#zapPage(program, t, page)
    }
  }

  #protectPage(program: Program, t: HardwareThread, page: number): void {
    const { number } = this.#spaces.acting(t)
    const now = this.#pages.tableOf(number).entry[page]
    if (!hasFrame(now)) return
    const { core, kernel } = this.#numbers
    program.chain(kernel.perPage).storeEntry(page, entryFor(this.#wanted[t.software], now), core.locked, -1, number)
    this.#changed[t.software]++
  }

  #zapPage(program: Program, t: HardwareThread, page: number): void {
    const { core, kernel } = this.#numbers
    const { number } = this.#spaces.acting(t)
    const { entry, frame } = this.#pages.tableOf(number)
    const now = entry[page]
    const { descriptors, zero } = this.#spaces.frames
    if (hasFrame(now)) {
      program.chain(kernel.unmapPerPage).storeEntry(page, 0, core.locked, -1, number)
      if (frame[page] !== zero) descriptors.count(program, frame[page], -1)
      this.#changed[t.software]++
      if ((now & Entry.shared) === 0 && !this.#spaces.isCommon(page))
        this.#spaces.unmapped.add(this.#batchOf(t), frame[page])
      else if (this.#shootdown.defers) this.#batchOf(t)
    }
    const source = this.#source[t.software]
    const attaches = this.#call[t.software] === Call.attach
    if (source < 0 && !attaches) return
    const from = attaches ? page : source + page - this.#first[t.software]
    const named = attaches ? this.#pages.frame[page] : frame[from]
    const wanted = attaches ? this.#wanted[t.software] : entryFor(this.#wanted[t.software], Entry.shared)
    descriptors.count(program, named, 1)
    program.chain(kernel.perPage).storeEntry(page, wanted, core.locked, named, number)
  }

  /** Frames that go wait for the flush; so does the range of shared ones, where the flush is put off. */
  #batchOf(t: HardwareThread): number {
    if (this.#batch[t.software] === NotOpen)
      this.#batch[t.software] = this.#spaces.unmapped.open(t.number, this.#first[t.software], this.#count[t.software])
    return this.#batch[t.software]
  }

  #end(program: Program, t: HardwareThread): void {
    const first = this.#first[t.software]
    const count = this.#count[t.software]
    const frees = this.#batch[t.software] !== NotOpen
    const { mappings, number } = this.#spaces.acting(t)
    if (this.#changed[t.software] > 0) this.#shootdown.flush(program, t, number, first, count, frees)
    mappings.release(program, holdOf(this.#call[t.software] as Call))
    this.#entry.return(program)
  }

  #giveBack(program: Program, t: HardwareThread, batch: number): void {
    const { frames, unmapped } = this.#spaces
    for (let i = 0; i < BATCH; i++) {
      const frame = unmapped.remove(batch)
      if (frame < 0) return frames.trim(program, t)
      frames.give(t, frame)
    }
    frames.trim(program, t)
    program.run(this.#firstRoutine + Step.giveBack, batch)
  }
}

const holdOf = (call: Call): Hold => (call === Call.discard ? Hold.read : Hold.write)
