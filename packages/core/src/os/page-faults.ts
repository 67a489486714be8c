/**
 * The page-fault handler: find the area, bring the page in (zeros, or a copy of the frame that it shares), or say that
 * it was no fault any more (another thread was faster, or a translation was stale), or that the access is a violation.
 * The access is made again behind it.
 *
 *   PF1  an access is made again only if its page allows it when the handler is over
 *   PF2  two threads that fault on one page bring in one frame
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Entry, LINES_PER_PAGE } from "../memory/pages.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { AddressSpaces } from "./address-spaces.ts"
import { NoArea } from "./areas.ts"
import type { KernelEntry } from "./kernel-entry.ts"
import { Hold } from "./read-write-semaphore.ts"
import type { ShootdownPolicy } from "./shootdown/shootdown-policy.ts"

const Step = { begin: 0, seen: 1, bring: 2, map: 3, again: 4 } as const
/** How many routines page faults have. */
export const FAULT_ROUTINES = 5

/** How a page fault ended: the monitor is told. */
export type FaultEnd = (
  thread: HardwareThread,
  page: number,
  offset: number,
  store: boolean,
  tick: number,
  repaired: boolean
) => void

/** The frame that the page comes to have is not known yet. */
const NoFrame = -1

export class PageFaults {
  /** Pages brought in, copied; faults that were none any more. */
  mapped = 0
  copied = 0
  spurious = 0
  ended: FaultEnd = () => undefined
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #spaces: AddressSpaces
  readonly #entry: KernelEntry
  readonly #shootdown: ShootdownPolicy
  // The fault under way of each software thread: it may be switched away from before it has entered the kernel.
  readonly #page: Int32Array // [software thread]
  readonly #store: Uint8Array // [software thread]
  readonly #wanted: Int32Array // [software thread] entry of the area
  readonly #was: Int32Array // [software thread] entry of the page as it was seen
  readonly #from: Int32Array // [software thread] and its frame
  readonly #frame: Int32Array // [software thread] frame to be mapped, or NoFrame
  readonly #value: Int32Array // [software thread] values of the handle that the access goes through
  readonly #second: Int32Array // [software thread]
  readonly #last: Int32Array // [software thread] page whose last fault was spurious, or -1

  constructor(
    threads: number,
    numbers: MachineNumbers,
    spaces: AddressSpaces,
    entry: KernelEntry,
    shootdown: ShootdownPolicy,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#spaces = spaces
    this.#entry = entry
    this.#shootdown = shootdown
    this.#page = new Int32Array(threads)
    this.#store = new Uint8Array(threads)
    this.#wanted = new Int32Array(threads)
    this.#was = new Int32Array(threads)
    this.#from = new Int32Array(threads)
    this.#frame = new Int32Array(threads)
    this.#value = new Int32Array(threads)
    this.#second = new Int32Array(threads)
    this.#last = new Int32Array(threads).fill(-1)
  }

  /** The handler of the oldest access of `t` that trapped. */
  handle(program: Program, t: HardwareThread): void {
    const page = t.traps[0]
    const place = t.traps[1]
    const store = t.traps[2]
    this.#value[t.software] = t.traps[3]
    this.#second[t.software] = t.traps[4]
    const { mappings } = this.#spaces.act(t, t.space)
    this.#entry.fault(program).chain(this.#numbers.kernel.faultPath)
    mappings.acquire(program, Hold.read)
    program.run(this.#firstRoutine + Step.begin, page * 2 + store)
    mappings.release(program, Hold.read)
    this.#entry.faultReturn(program)
    program.run(this.#firstRoutine + Step.again, place)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    switch (routine - this.#firstRoutine) {
      case Step.begin:
        return this.#begin(program, t, argument >>> 1, argument & 1)
      case Step.seen:
        return this.#seen(program, t)
      case Step.bring:
        return this.#bring(program, t)
      case Step.map:
        return this.#map(program, t)
      default:
        return this.#again(program, t, argument)
    }
  }

  /** AR1: the semaphore is held for reading. */
  #begin(program: Program, t: HardwareThread, page: number, store: number): void {
    const { areas, number } = this.#spaces.acting(t)
    const area = areas.find(page)
    this.#page[t.software] = page
    this.#store[t.software] = store
    this.#frame[t.software] = NoFrame
    this.#wanted[t.software] = area === NoArea ? 0 : areas.entry(area)
    if (area !== NoArea) program.readLines(areas.line(area), 1)
    if (allowed(this.#wanted[t.software], store)) program.loadEntry(page, number).run(this.#firstRoutine + Step.seen)
  }

  /** The entry as it stood when it was loaded, without the lock: what has to be brought in. */
  #seen(program: Program, t: HardwareThread): void {
    if (allowed(t.value, this.#store[t.software])) return this.#wasNone(t)
    this.#was[t.software] = t.value
    this.#from[t.software] = t.frameValue
    // An absent page that is read shares the frame of zeros; all others need a frame.
    if ((t.value & Entry.present) === 0 && this.#store[t.software] === 0) {
      this.#frame[t.software] = this.#spaces.frames.zero
      return this.#lock(program, t)
    }
    if ((t.value & (Entry.present | Entry.shared)) === Entry.present) return this.#lock(program, t)
    this.#spaces.frames.prepare(program, t)
    program.run(this.#firstRoutine + Step.bring)
  }

  #bring(program: Program, t: HardwareThread): void {
    const frame = this.#spaces.frames.take(t)
    this.#frame[t.software] = frame
    const from = this.#from[t.software]
    const copies = (this.#was[t.software] & Entry.present) !== 0 && from !== this.#spaces.frames.zero
    if (copies) program.copyLines(from * LINES_PER_PAGE, frame * LINES_PER_PAGE, LINES_PER_PAGE)
    else program.writeLines(frame * LINES_PER_PAGE, LINES_PER_PAGE)
    this.#lock(program, t)
  }

  #lock(program: Program, t: HardwareThread): void {
    const page = this.#page[t.software]
    const { number, tables } = this.#spaces.acting(t)
    tables.lock(program, page)
    program.loadEntry(page, number).run(this.#firstRoutine + Step.map)
    tables.unlock(program, page)
  }

  /** PF2: under the table's lock, what stands there now decides. */
  #map(program: Program, t: HardwareThread): void {
    const { core } = this.#numbers
    const page = this.#page[t.software]
    const frame = this.#frame[t.software]
    const wanted = this.#wanted[t.software] & ~Entry.lazy
    const now = t.value
    const { number } = this.#spaces.acting(t)
    const { descriptors, zero } = this.#spaces.frames
    const isZero = frame === zero
    if (now !== this.#was[t.software] || t.frameValue !== this.#from[t.software]) {
      // Somebody else was faster: the access is made again and goes by what stands there now.
      if (frame !== NoFrame && !isZero) this.#spaces.frames.give(t, frame)
      if (allowed(now, this.#store[t.software])) this.#wasNone(t)
      return
    }
    this.#last[t.software] = -1
    if ((now & Entry.present) === 0) {
      this.mapped++
      if (!isZero) descriptors.first(program, frame)
      const entry = isZero ? (wanted & ~Entry.writable) | Entry.shared : wanted
      program.storeEntry(page, entry, core.locked, frame, number)
      return
    }
    this.copied++
    const from = this.#from[t.software]
    if (frame !== NoFrame) {
      descriptors.first(program, frame)
      if (from !== zero) descriptors.count(program, from, -1)
    }
    // A page that shares its frame with nobody may just be written from now on.
    program.storeEntry(page, wanted, core.locked, frame, number)
    this.#shootdown.flush(program, t, number, page, 1, false)
  }

  #wasNone(t: HardwareThread): void {
    this.spurious++
    // Twice the same: something other than the page table forbids it.
    if (this.#last[t.software] === this.#page[t.software]) this.#wanted[t.software] = 0
    this.#last[t.software] = this.#page[t.software]
  }

  /** PF1. */
  #again(program: Program, t: HardwareThread, place: number): void {
    const page = this.#page[t.software]
    const store = this.#store[t.software]
    const repaired = allowed(this.#wanted[t.software], store)
    this.ended(t, page, place & 0xfff, store === 1, t.barrier > t.tick ? t.barrier : t.tick, repaired)
    if (repaired) again(program, page, place, store, this.#value[t.software], this.#second[t.software])
    else this.#last[t.software] = -1
  }
}

/** Make the access at `place`, as the window has it, of `page` once more, through a handle of these values. */
export function again(
  program: Program,
  page: number,
  place: number,
  store: number,
  value: number,
  second: number
): void {
  program.again(store === 1, page, place & 0xfff, (place >>> 12) & 0xffff, value, second)
}

const allowed = (entry: number, store: number): boolean =>
  (entry & Entry.present) !== 0 && (store === 0 || (entry & Entry.writable) !== 0)
