/** What system calls on mappings and page faults take on one core, and what they leave in the page table. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { numbersOf } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Entry } from "@isolde/core/memory/pages"
import { describe, expect, test } from "vitest"
import { finished } from "../small-system.ts"
import { kernelSystem, measured, ReadOnly, ReadWrite, ticksOf } from "./kernel-program.ts"

const machine = skylakeSp({ cores: 1 })
const numbers = numbersOf(machine)
const present = [{ pages: 1, entry: ReadWrite }]
const shared = [
  { pages: 1, entry: 0 },
  { pages: 1, entry: ReadWrite }
]

const page = (verb: Verb, at: number, more: Partial<OperationRecord> = {}): OperationRecord => ({
  verb,
  page: at,
  bytes: 1,
  ...more
})
const store = (at: number) => page(Verb.touch, at, { rights: 1 })
const load = (at: number) => page(Verb.touch, at)
const map = (at: number) => page(Verb.map, at, { rights: ReadWrite })
const protect = (at: number, rights: number) => page(Verb.protect, at, { rights })

describe("single-core points that calibrate the paths, in ticks of a Skylake-SP", () => {
  test("F1a-04: mprotect of one page takes 1094 cycles", () => {
    expect(ticksOf(machine, present, ([p = 0]) => measured(protect(p, ReadWrite)))).toBe(1094)
  })

  test("F5-02: munmap of one page by the only thread takes 1.07 us at 2.4 GHz, on Linux 4.10", () => {
    const older = skylakeSp({ cores: 1, kernel: { version: "4.10" } })
    expect(ticksOf(older, present, ([p = 0]) => [map(p), store(p), ...measured(page(Verb.unmap, p))])).toBe(2568)
  })

  test("F5-38: a copy-on-write fault takes 2502 cycles", () => {
    const copied = ([p = 0, q = 0]: ReadonlyArray<number>) => [
      page(Verb.mapCopy, p, { toPage: q, rights: ReadWrite }),
      load(p),
      ...measured(store(p))
    ]
    expect(ticksOf(machine, shared, copied)).toBe(2502)
  })

  test("F1a-13: a page more in one mprotect takes 37.2 cycles, within one", () => {
    const ticks = (pages: number) =>
      ticksOf(machine, [{ pages, entry: ReadWrite }], ([p = 0]) =>
        measured({ verb: Verb.protect, page: p, bytes: pages, rights: ReadWrite })
      )
    expect(Math.abs((ticks(12_000) - ticks(8000)) / 4000 - 37.2)).toBeLessThan(1)
  })
})

describe("the descriptor of a frame", () => {
  /** How many entries map the frames that two pages had at first and have at last. */
  const counts = (...operations: ReadonlyArray<OperationRecord>) => {
    let pages: ReadonlyArray<number> = []
    const system = kernelSystem(machine, shared, (first) => {
      pages = first
      return operations.map((each) => ({
        ...each,
        page: first[each.page ?? 0] as number,
        toPage: first[each.toPage ?? 0] as number
      }))
    })
    const { descriptors } = system.routines.spaces.frames
    const before = pages.map((each) => system.pages.frame[each] as number)
    finished(system)
    return [before, pages.map((each) => system.pages.frame[each] as number)].map((frames) =>
      frames.map((frame) => descriptors.mapped(frame))
    )
  }
  const copy = page(Verb.mapCopy, 0, { toPage: 1, rights: ReadWrite })

  test.each([
    ["one given back and brought in elsewhere", [page(Verb.discard, 1), map(0), store(0)], [0, 1], [1, 1]],
    ["one that two pages share", [copy, load(0)], [0, 2], [2, 2]],
    ["one that is copied before it is written", [copy, store(0)], [0, 1], [1, 1]],
    ["one that is shared no more", [copy, load(0), page(Verb.unmap, 0)], [0, 1], [1, 1]],
    ["one that nobody has any more", [page(Verb.discard, 1), map(0), store(0), page(Verb.unmap, 0)], [0, 0], [0, 0]]
  ])("counts who maps it: %s", (_, operations, before, after) => {
    expect(counts(...operations)).toEqual([before, after])
  })
})

describe("what is chosen about the kernel", () => {
  const ticks = (kernel: Parameters<typeof skylakeSp>[0], ...operations: ReadonlyArray<OperationRecord>) =>
    ticksOf(skylakeSp({ cores: 1, ...kernel }), present, () => operations)

  test("page-table isolation writes CR3 on every entry and every exit", () => {
    const [call, fault] = [measured(protect(0, ReadWrite)), [map(0), ...measured(store(0))]]
    const isolated = { kernel: { pageTableIsolation: true } }
    // The page has a translation of the user's table, too.
    const invalidation = numbers.tlb.invalidateAddress
    expect(ticks(isolated, ...call) - ticks({}, ...call)).toBe(2 * numbers.kernel.isolationSwitch + invalidation)
    expect(ticks(isolated, ...fault) - ticks({}, ...fault)).toBe(2 * numbers.kernel.isolationSwitch)
  })

  test("a guest's exceptions cost more, its system calls don't (F5-79, F5-80)", () => {
    const [call, fault] = [measured(protect(0, ReadWrite)), [map(0), ...measured(store(0))]]
    const guest = { kernel: { virtualised: true } }
    expect(ticks(guest, ...call)).toBe(ticks({}, ...call))
    // The access that is made again walks in two dimensions, whose second is in the walk caches.
    const walk =
      ticks(guest, ...fault) - ticks({}, ...fault) - numbers.interrupt.guestEntry - numbers.interrupt.guestExit
    expect(walk).toBeGreaterThan(0)
    expect(walk).toBeLessThanOrEqual(2 * numbers.l1d.latency)
  })
})

test("a mapping is split where a call begins and ends inside it, and joined again when its rights are one", () => {
  const { splitPath } = numbers.kernel
  const ticks = (...operations: ReadonlyArray<OperationRecord>) =>
    ticksOf(machine, [{ pages: 8, entry: ReadWrite }], () => operations)
  const whole = ticks(...measured({ verb: Verb.protect, page: 0, bytes: 8, rights: ReadWrite }))
  const inside = (at: number, rights: number) => ticks(...measured(protect(at, rights)), protect(at, ReadWrite))
  const [none, one, two] = [inside(3, ReadWrite), inside(0, ReadOnly), inside(3, ReadOnly)]
  // A split writes the new descriptor's line beside its path.
  expect(Math.abs(one - none - splitPath)).toBeLessThan(100)
  expect(Math.abs(two - none - 2 * splitPath)).toBeLessThan(100)
  expect(whole).toBeGreaterThan(none)
})

describe("pages come with the first access", () => {
  const left = (entry: number, ...operations: ReadonlyArray<OperationRecord>) => {
    const system = kernelSystem(machine, [{ pages: 4, entry }], () => operations)
    const before = system.pages.frame.slice(0, 4)
    const { faults } = finished(system)
    const { entry: now, frame } = system.pages
    const { copied, mapped, spurious } = system.routines.faults
    return {
      entries: [0, 1, 2, 3].map((p) =>
        ((now[p] as number) & Entry.present) === 0 ? 0 : (now[p] as number) & ReadWrite
      ),
      moved: [0, 1, 2, 3].map((p) => frame[p] !== before[p]),
      counts: { copied, faults, mapped, spurious }
    }
  }

  test("a lazy page that is written gets a frame, one that is read shares the frame of zeros", () => {
    expect(left(Entry.lazy | Entry.writable, store(0), load(1), load(2), store(2))).toEqual({
      entries: [ReadWrite, ReadOnly, ReadWrite, 0],
      moved: [true, true, true, false],
      counts: { copied: 1, faults: 0, mapped: 3, spurious: 0 }
    })
  })

  test("an unmapped page is a violation, counted once for each access", () => {
    expect(left(0, load(0), store(1)).counts).toEqual({ copied: 0, faults: 2, mapped: 0, spurious: 0 })
    expect(left(ReadWrite, page(Verb.unmap, 0), load(0), store(0), load(1))).toEqual({
      entries: [0, ReadWrite, ReadWrite, ReadWrite],
      moved: [false, false, false, false],
      counts: { copied: 0, faults: 2, mapped: 0, spurious: 0 }
    })
  })

  test("a store to a page of a read-only mapping is a violation, and its read is not", () => {
    expect(left(ReadWrite, protect(0, ReadOnly), load(0), store(0))).toEqual({
      entries: [ReadOnly, ReadWrite, ReadWrite, ReadWrite],
      moved: [false, false, false, false],
      counts: { copied: 0, faults: 1, mapped: 0, spurious: 0 }
    })
  })

  test("what is discarded or mapped anew is absent again, and its frame goes to the next one who needs one", () => {
    const result = left(ReadWrite, page(Verb.discard, 0), store(1), store(0), map(1), load(1))
    expect(result.counts).toEqual({ copied: 0, faults: 0, mapped: 2, spurious: 0 })
    expect(result.entries).toEqual([ReadWrite, ReadOnly, ReadWrite, ReadWrite])
    expect(result.moved).toEqual([false, true, false, false])
  })

  test("slots of handlers are the fault's, and everything adds up", () => {
    const system = kernelSystem(machine, [{ pages: 64, entry: Entry.lazy | Entry.writable }], ([p = 0]) => [
      { verb: Verb.touch, page: p, bytes: 64, rights: 1 }
    ])
    const { slots } = finished(system)
    expect(system.routines.faults.mapped).toBe(64)
    expect(slots.fault).toBeGreaterThan(64 * numbers.kernel.faultPath)
    expect(slots.kernel).toBe(0)
  })
})
