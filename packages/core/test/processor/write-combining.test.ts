/**
 * Stores that don't bring their lines, on one tile with real caches and memory: non-temporal ones gather in line-fill
 * buffers (WC1 to WC4), Arm's whole lines stream (WS1, WS2), a string's are not read. Traffic is counted.
 */
import { CacheState } from "@isolde/core/coherence/cache-protocol"
import { cortexX3 } from "@isolde/core/machines/cortex-x3"
import type { Machine } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import type { Pages } from "@isolde/core/memory/pages"
import { AccessKind, Control, instructionTable, StoreKind } from "@isolde/core/processor/instruction-table"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { built, finished, type Overrides, workloadOf } from "../small-system.ts"

interface Store {
  readonly at: number
  readonly bytes: number
  readonly kind: number
}

const quiet: Overrides = { prefetch: { nextLine: 0, strideEntries: 0, streams: 0 } }

const oneCore = (overrides: Overrides = {}): Machine =>
  skylakeSp({ cores: 1, overrides: { ...quiet, ...overrides, network: { columns: 1, rows: 1 }, llc: { slices: 1 } } })

const oneArm = (overrides: Overrides = {}): Machine =>
  cortexX3({ cores: 1, overrides: { ...quiet, ...overrides, network: { columns: 1, rows: 1 }, llc: { slices: 1 } } })

/** Rows of a program: stores to one area, a fence where `undefined` stands. */
function executed(machine: Machine, program: ReadonlyArray<Store | undefined>, runAhead = true) {
  let first = 0
  let placed: Pages | undefined
  const workload = workloadOf((pages) => {
    placed = pages
    const bytes = Math.max(...program.map((store) => (store === undefined ? 0 : store.at + store.bytes)))
    first = pages.reserve(Math.ceil(bytes / 4096))
    const code = pages.reserve(1 + Math.ceil(program.length / 1024))
    const stores = program.map((store) => (store === undefined ? [] : [store]))
    const accesses = stores.flat()
    const start = new Int32Array(program.length + 1)
    stores.forEach((of, i) => {
      start[i + 1] = (start[i] as number) + of.length
    })
    const zeros = new Int32Array(program.length)
    const table = instructionTable({
      count: program.length,
      page: zeros.map((_, i) => code + Math.floor((i * 4) / 4096)),
      line: zeros.map((_, i) => pages.line(code + Math.floor((i * 4) / 4096), (i * 4) % 4096)),
      latency: new Uint16Array(program.length),
      control: Uint8Array.from(program, (store) => (store === undefined ? Control.fence : Control.none)),
      addressSources: zeros,
      dataSources: zeros,
      destinations: zeros,
      accessStart: start,
      stores: Uint8Array.from(stores, (of) => of.length),
      accessKind: Uint8Array.from(accesses, ({ kind }) => kind),
      accessSize: Uint16Array.from(accesses, ({ bytes: size }) => size),
      addedInstructions: new Uint8Array(program.length),
      addedLatency: new Uint8Array(program.length),
      exempt: new Uint8Array(program.length)
    })
    return [
      {
        stream: {
          table,
          blockStart: Uint32Array.of(0, program.length),
          blockInstructions: Uint32Array.from(program.keys()),
          blocks: Uint32Array.of(0),
          first: 0,
          last: 1,
          accessPage: Int32Array.from(accesses, ({ at }) => first + Math.floor(at / 4096)),
          accessOffset: Uint16Array.from(accesses, ({ at }) => at % 4096),
          firstAccess: 0,
          pageOf: Int32Array.from({ length: pages.count }, (_, page) => page),
          operationAt: new Uint32Array(0)
        }
      }
    ]
  })
  const system = built({ machine, mechanisms: [], workload }, { runAhead })
  const { cycles } = finished(system)
  const [tile] = system.tiles
  if (tile === undefined || placed === undefined) throw new Error("a system has a tile")
  const { l2 } = tile.caches.levels
  const stateOf = (at: number): number => {
    const line = system.pages.line(first + Math.floor(at / 4096), at % 4096)
    const row = l2.find(l2.setOf(line), line)
    return row < 0 ? CacheState.I : (l2.state[row] as number)
  }
  const combining = tile.threads[0]?.stores.combining
  if (combining === undefined) throw new Error("a thread combines")
  return { cycles, stateOf, reads: readsOf(system), writes: writesOf(system), combining }
}

const readsOf = ({ channels }: System) => channels.reads.reduce((sum, each) => sum + each, 0)
const writesOf = ({ channels }: System) => channels.controllers.reduce((sum, { writes }) => sum + writes, 0)

/** `lines` lines from `from` on, each by stores of `bytes`. */
const whole = (kind: number, lines: number, bytes = 32, from = 0): Array<Store> =>
  Array.from({ length: (lines * 64) / bytes }, (_, i) => ({ at: from + i * bytes, bytes, kind }))

/** What a program reads besides the lines that it stores to: its code and the page tables. */
const others = (machine: Machine, program: ReadonlyArray<Store | undefined>) =>
  executed(
    machine,
    program.map((store) => store && { ...store, kind: AccessKind.store })
  )

describe("non-temporal stores", () => {
  test("a full line is written to memory in one write, is not read, and leaves no copy (WC2)", () => {
    const program = whole(StoreKind.nonTemporal, 16)
    const past = executed(oneCore(), program)
    expect(past.combining.lines).toBe(16)
    expect(past.combining.parts).toBe(0)
    expect(past.writes).toBe(16)
    expect(past.reads).toBe(others(oneCore(), program).reads - 16)
    expect(past.stateOf(0)).toBe(CacheState.I)
  })

  test("what the tile has of the line leaves first", () => {
    const { stateOf, combining } = executed(oneCore(), [
      { at: 0, bytes: 8, kind: AccessKind.store },
      undefined,
      ...whole(StoreKind.nonTemporal, 1)
    ])
    expect(combining.lines).toBe(1)
    expect(stateOf(0)).toBe(CacheState.I)
  })

  test("a line closed in part goes in writes of eight bytes, one after another (WC3)", () => {
    const part = executed(oneCore(), whole(StoreKind.nonTemporal, 1, 8).slice(0, 5))
    expect([part.combining.lines, part.combining.parts, part.writes]).toEqual([0, 5, 5])
    const one = executed(oneCore(), whole(StoreKind.nonTemporal, 1, 8).slice(0, 1))
    const three = executed(oneCore(), whole(StoreKind.nonTemporal, 1, 8).slice(0, 3))
    // Each waits for the answer to the one before it.
    const apart = (part.cycles - three.cycles) / 2
    expect(apart).toBeGreaterThan(three.cycles - one.cycles > 0 ? 20 : 0)
    expect(Math.abs(three.cycles - one.cycles - 2 * apart)).toBeLessThanOrEqual(2)
  })

  test("more lines at once than buffers close the oldest in part (WC1)", () => {
    const buffers = 4
    const scattered = Array.from({ length: 12 }, (_, i) => ({ at: i * 64, bytes: 8, kind: StoreKind.nonTemporal }))
    const { combining, writes } = executed(oneCore({ core: { lineFillBuffers: buffers } }), scattered)
    expect([combining.lines, combining.parts, combining.busy, writes]).toEqual([0, 12, 0, 12])
  })

  test("a fence waits until all are written, and nobody else does (WC4)", () => {
    const lines = whole(StoreKind.nonTemporal, 4)
    const later = { at: 4096, bytes: 8, kind: AccessKind.store }
    const free = executed(oneCore(), [later, undefined, ...lines, later])
    const fenced = executed(oneCore(), [later, undefined, ...lines, undefined, later])
    expect(fenced.cycles).toBeGreaterThan(free.cycles)
    expect(free.writes).toBe(4)
    expect(fenced.writes).toBe(4)
  })

  test("a run that doesn't run ahead takes the same ticks and the same traffic", () => {
    const program = [...whole(StoreKind.nonTemporal, 40), undefined, ...whole(StoreKind.nonTemporal, 2, 16, 8192)]
    for (const machine of [oneCore(), oneArm({ wholeLines: { streamAfter: 4, streamHome: 8, streamPast: 20 } })]) {
      const kinds = machine.isa === "aarch64" ? whole(AccessKind.store, 40) : program
      const [ahead, behind] = [executed(machine, kinds), executed(machine, kinds, false)]
      expect([behind.cycles, behind.reads, behind.writes]).toEqual([ahead.cycles, ahead.reads, ahead.writes])
    }
  })
})

describe("stores of a string", () => {
  test("own their lines unread, where the machine has that", () => {
    const program = whole(StoreKind.string, 16, 8)
    const string = executed(oneCore(), program)
    expect(string.reads).toBe(others(oneCore(), program).reads - 16)
    expect(string.stateOf(0)).toBe(CacheState.M)
    const without = executed(oneCore({ wholeLines: { strings: 0 } }), program)
    expect(without.reads).toBe(others(oneCore(), program).reads)
  })
})

describe("whole lines on Arm", () => {
  const after = 4
  const machine = (streamHome: number, streamPast: number) =>
    oneArm({ wholeLines: { streamAfter: after, streamHome, streamPast } })
  const program = whole(AccessKind.store, 16)
  const reads = executed(oneArm({ wholeLines: { streamAfter: 0 } }), program).reads

  test("after so many, the next come into the L2 unread (WS2)", () => {
    const streamed = executed(machine(64, 128), program)
    expect(streamed.reads).toBe(reads - (16 - after))
    expect(streamed.combining.lines).toBe(16 - after)
    expect(streamed.stateOf(15 * 64)).toBe(CacheState.M)
    expect(streamed.writes).toBe(0)
  })

  test("after more, they go to the LLC, then to memory, and leave no copy", () => {
    const home = executed(machine(8, 128), program)
    expect([home.reads, home.writes]).toEqual([reads - (16 - after), 0])
    expect([home.stateOf(7 * 64), home.stateOf(8 * 64)]).toEqual([CacheState.M, CacheState.I])
    const past = executed(machine(8, 12), program)
    expect([past.reads, past.writes]).toEqual([reads - (16 - after), 4])
  })

  test("a line that isn't written to its end comes with its data (WC3), and the count begins anew (WS1)", () => {
    const gap = executed(machine(64, 128), program.slice(0, -1))
    expect(gap.reads).toBe(reads - (16 - after - 1))
    expect(gap.combining.parts).toBe(1)
    const broken = executed(machine(64, 128), [...program.slice(0, 15), ...program.slice(16)])
    // Lines 4 to 6 stream, line 7 comes with its data, lines 8 to 11 are counted, 12 to 15 stream.
    expect(broken.reads).toBe(reads - (3 + 4))
  })
})
