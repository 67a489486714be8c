/**
 * A scenario, built: owners, memory, tiles, mechanism, monitor, wired together. From here on nothing
 * allocates per event.
 *
 *   SY1  each worker is pinned to a hardware thread; those of one take turns
 *   SY2  a mechanism knows before it is built how many software threads there may be
 */

import { CacheLevels } from "../coherence/cache-levels.ts"
import { Homes } from "../coherence/homes.ts"
import { Interconnect } from "../interconnect/interconnect.ts"
import { Placement as Stops } from "../interconnect/placement.ts"
import { watchTranslations } from "../isolation/cached-rights.ts"
import { announce } from "../isolation/coded-operations.ts"
import { Engine } from "../isolation/engine.ts"
import { Monitor } from "../isolation/monitor.ts"
import { Verb } from "../isolation/operation-script.ts"
import { Ownership } from "../isolation/ownership.ts"
import { Regions } from "../isolation/regions.ts"
import { isSteady } from "../isolation/register-rights.ts"
import { Requests } from "../isolation/requests.ts"
import { RightsOperations } from "../isolation/rights-operations.ts"
import { Termination } from "../isolation/termination.ts"
import type { MachineParts, ProtectionUnit } from "../isolation/unit.ts"
import { callback } from "../kernel/callback.ts"
import type { Columns } from "../kernel/columns.ts"
import { Kernel } from "../kernel/kernel.ts"
import { invariant } from "../kernel/model-defect.ts"
import { leastWayToTile } from "../machines/latencies.ts"
import { type MachineNumbers, numbersOf } from "../machines/machine.ts"
import { MemoryChannels } from "../memory/channel.ts"
import { pageSizeOf } from "../memory/page-size.ts"
import { Pages } from "../memory/pages.ts"
import { Words } from "../memory/words.ts"
import { KernelRoutines } from "../os/kernel-routines.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { AccessCheck } from "../processor/memory-port.ts"
import { runCells } from "../processor/placed-code.ts"
import { Slots } from "../processor/slots.ts"
import { storeRows } from "../processor/store-rows.ts"
import { ThreadContext } from "../processor/thread-context.ts"
import { Tile } from "../processor/tile.ts"
import type { TableName } from "../trace/table-schema.ts"
import type { TraceSink } from "../trace/trace-table.ts"
import { Nested, NestedWalk } from "../translation/nested-walk.ts"
import { type CheckedWalk, FlatWalk, type WalkPath } from "../translation/walk-path.ts"
import { assign, expectAnnounced } from "./assignment.ts"
import { threadOf } from "./pinning.ts"
import { governedBy, unitOf } from "./protection.ts"
import type { Scenario } from "./scenario.ts"
import { DEFAULT_TABLES, openTables, type Tables } from "./tables.ts"
import type { Placement } from "./workload.ts"

export class System {
  readonly kernel: Kernel
  readonly numbers: MachineNumbers
  readonly tables: Tables
  readonly pages: Pages
  readonly words: Words
  /** First of the workload's words. */
  readonly firstWord: number
  readonly interconnect: Interconnect
  readonly channels: MemoryChannels
  readonly homes: Homes
  readonly routines: KernelRoutines
  readonly regions: Regions
  readonly placement: Placement
  readonly unit: ProtectionUnit
  readonly monitor: Monitor
  readonly requests: Requests
  readonly engine: Engine
  readonly ownership: Ownership
  /** Where the workload terminates domains. */
  readonly termination: Termination | undefined
  readonly slots: Slots
  readonly tiles: ReadonlyArray<Tile>
  readonly threads: ReadonlyArray<HardwareThread>
  /** Hardware threads that the workload uses, by number. */
  readonly used: ReadonlyArray<number>

  constructor(
    scenario: Scenario,
    sink: TraceSink | undefined,
    wanted: ReadonlyArray<TableName> = DEFAULT_TABLES,
    columns?: Columns
  ) {
    const kernel = new Kernel(columns)
    this.kernel = kernel
    const numbers = numbersOf(scenario.machine)
    this.numbers = numbers
    this.tables = openTables(sink, wanted)
    const stops = new Stops(numbers)
    const workerNodes = Array.from({ length: scenario.workers }, (_, worker) =>
      stops.nodeOfTile(worker % numbers.tiles)
    )
    this.pages = new Pages(scenario.frames, scenario.seed, stops.nodes, scenario.nodes, workerNodes)
    this.words = new Words(this.pages)
    const threadCount = numbers.tiles * numbers.threadsPerTile
    this.interconnect = new Interconnect(kernel, numbers, this.tables.messages)
    const receive = kernel.define("tile.receive", (owner, a, line) => this.tiles[owner - tileOwner[0]].receive(a, line))
    const stepKind = kernel.define("tile.step", (owner) => this.tiles[owner - tileOwner[0]].step())
    const interruptKind = kernel.define("tile.interrupt", (owner, thread, vector) =>
      this.tiles[owner - tileOwner[0]].interrupt(thread, vector)
    )
    const tileOwner = Int32Array.from({ length: numbers.tiles }, (_, tile) => {
      const owner = kernel.owner(`tile ${tile}`, { runsAhead: true })
      const { latency, pipeline } = numbers.l2
      this.interconnect.attach(owner, stops.stopOfTile(tile), receive, pipeline, pipeline + latency)
      return owner
    })
    this.channels = new MemoryChannels(kernel, this.interconnect, numbers, stops, this.pages, (line) =>
      this.homes.ownerOf(line)
    )
    this.placement = scenario.workload.place(this.pages, scenario.workers, scenario.seed)
    this.regions = new Regions(this.placement.regions)
    this.routines = new KernelRoutines(
      threadCount,
      threadCount + scenario.workers,
      numbers,
      this.pages,
      this.words,
      this.tables.shootdowns
    )
    let walkPath: WalkPath =
      scenario.hostPages === 0
        ? new FlatWalk(this.pages)
        : new NestedWalk(this.pages, 1, () => Nested.write, pageSizeOf(scenario.hostPages, "hostPages"))
    let coherentTlbs = numbers.shootdown.policy === "coherent"
    const parts: MachineParts = {
      numbers,
      pages: this.pages,
      words: this.words,
      regions: this.regions,
      domains: this.placement.domains.length,
      exchange: scenario.workload.exchange,
      threads: threadCount,
      softwareThreads: threadCount + (this.placement.turns ?? Math.max(0, scenario.workers - threadCount)),
      seed: scenario.seed,
      kernel: this.routines,
      memory: this.channels,
      nest: (contexts, initial, largest) => {
        const nested = new NestedWalk(this.pages, contexts, initial, largest)
        walkPath = nested
        return nested
      },
      keepTlbsCoherent: () => void (coherentTlbs = true),
      walkBy: (walk) => void (walkPath = walk),
      touched: (...change) => this.monitor.registers.touched(...change),
      enforced: (...change) => this.monitor.enforced(...change)
    }
    this.firstWord = Array.from({ length: this.placement.words ?? 0 }, () => this.words.allocate(1))[0] ?? 0
    this.unit = unitOf(scenario.mechanisms, parts)
    const plans = this.placement.threads(numbers, this.unit.instrumentation)
    const ends = plans.some(({ script }) => script.verb.includes(Verb.terminate))
    this.termination = ends
      ? new Termination({
          kernel: this.routines,
          words: this.words,
          numbers,
          domains: parts.domains,
          threads: threadCount,
          software: threadCount + plans.length,
          leave: (program, t, operation) => this.engine.gate(program, t, operation),
          forget: (thread, first, last) => this.engine.forget(thread, first, last)
        })
      : undefined
    const scripts = plans.map(({ script }) => script)
    this.ownership = new Ownership(this.regions, scripts, this.words)
    announce(this.routines, plans)
    if ("seal" in walkPath) (walkPath as CheckedWalk).seal()

    this.homes = new Homes(kernel, this.interconnect, numbers, stops, this.pages, tileOwner)
    this.homes.messages.connect(this.channels)
    this.slots = new Slots(threadCount, numbers.core.width)
    const pinned = plans.map(({ thread }, worker) => thread ?? threadOf(worker % threadCount, numbers))
    this.used = [...new Set(pinned)]
    invariant(
      pinned.every((thread) => thread < threadCount),
      "SY1",
      `workers on hardware threads ${pinned.join(", ")} of ${threadCount}`
    )
    const softwareCount = threadCount + plans.length - this.used.length
    if (scenario.mechanisms.length > 0)
      expectAnnounced(softwareCount - threadCount, parts.softwareThreads - threadCount)
    const workerOf = new Int32Array(threadCount).fill(-1)
    pinned.forEach((thread, worker) => {
      if (workerOf[thread] < 0) workerOf[thread] = worker
    })
    const ownerOf = Int32Array.from(
      { length: threadCount },
      (_, thread) => tileOwner[Math.floor(thread / numbers.threadsPerTile)]
    )
    const { exchange } = scenario.workload
    this.monitor = new Monitor({
      regions: this.regions,
      domains: parts.domains,
      exchange,
      unit: this.unit,
      governed: governedBy(scenario.mechanisms),
      tables: this.tables,
      workerOf,
      ownerOf,
      threadsPerTile: numbers.threadsPerTile,
      stores: storeRows(numbers.core),
      software: softwareCount,
      steady: plans.every(({ script }) => isSteady(script.verb)),
      settled: leastWayToTile(numbers) + 1
    })
    this.requests = new Requests(softwareCount, this.placement.requests ?? [], this.tables.requests)
    const rights = new RightsOperations(
      softwareCount,
      this.unit,
      this.monitor,
      this.regions,
      this.ownership,
      this.termination,
      numbers.core.locked
    )
    this.engine = new Engine(
      softwareCount,
      this.unit,
      this.routines,
      this.monitor,
      this.tables.crossings,
      this.requests,
      this.firstWord,
      numbers.core,
      rights,
      this.termination
    )
    kernel.lookahead = scenario.runAhead ? this.interconnect.lookahead : 0
    kernel.seal()
    const check = this.unit.checkAccess === undefined ? undefined : (this.unit as AccessCheck)
    const cells = runCells(numbers, plans)
    this.tiles = Array.from({ length: numbers.tiles }, (_, tile) => {
      return new Tile(tile, {
        kernel,
        levels: new CacheLevels(numbers, kernel.columns, cells),
        numbers,
        interconnect: this.interconnect,
        homes: this.homes,
        pages: this.pages,
        words: this.words,
        walkPath,
        check,
        judge: scenario.workload.judged === true ? this.monitor.accesses : undefined,
        services: this.engine,
        slots: this.slots,
        accesses: this.tables.accesses,
        seed: scenario.seed,
        tileOwner,
        stepKind,
        receiveKind: receive,
        interruptKind
      })
    })
    for (const tile of this.tiles) tile.translation.coherent = coherentTlbs
    this.threads = this.tiles.flatMap((tile) => tile.threads)
    this.unit.connect?.(this.threads)
    watchTranslations(this, walkPath)
    for (const t of this.threads) {
      t.stores.onDrained = callback((row, watch, tick) => this.monitor.drained(t, row, watch, tick))
      t.stores.onTag = callback((page, offset, bytes, tag, tick) =>
        this.engine.tagged(t, page, offset, bytes, tag, tick)
      )
    }
    let software = threadCount
    plans.forEach((plan, worker) => {
      const t = this.threads[pinned[worker]]
      const context = new ThreadContext(t.stream === undefined ? t.number : software++)
      assign(this, t, context, plan, worker)
    })
    for (const tile of this.tiles) tile.start(0)
  }
}
