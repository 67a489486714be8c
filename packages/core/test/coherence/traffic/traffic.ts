/**
 * Tiles without cores: every tile's private caches under random loads, stores, fetches, whole-line stores and writes
 * past the caches, to a few lines, on the real homes, network and memory, watched by the data oracle.
 * Law: what is asked for depends on the seed alone.
 */
import type { LineListener } from "@isolde/core/coherence/line-listener"
import { Keeps } from "@isolde/core/coherence/message"
import { Port } from "@isolde/core/coherence/port"
import type { PrivateCaches } from "@isolde/core/coherence/private-caches"
import { Retry } from "@isolde/core/coherence/retry"
import { Phase } from "@isolde/core/kernel/event-queue"
import { Outcome } from "@isolde/core/kernel/kernel"
import { RandomStream } from "@isolde/core/kernel/random"
import { type Machine, numbersOf } from "@isolde/core/machines/machine"
import { watchCells } from "./cell-coverage.ts"
import { type Coreless, coreless } from "./coreless.ts"
import { DataOracle } from "./data-oracle.ts"

const Kind = { load: 0, store: 1, fetch: 2, storeWhole: 3, writeThrough: 4, writeHome: 5 } as const
const Idle = -1
/** Operations that one tile has under way at once. */
const SLOTS = 4

export interface TrafficOptions {
  readonly operations: number
  readonly lines: number
  readonly seed: number
}

class Driver implements LineListener {
  done = 0
  readonly caches: PrivateCaches
  readonly #tile: number
  readonly #oracle: DataOracle
  readonly #random: RandomStream
  readonly #lineOf: Int32Array // [number] line
  readonly #kind = new Int8Array(SLOTS).fill(Idle) // [slot] kind
  readonly #line = new Int32Array(SLOTS) // [slot] line
  readonly #waits = new Int32Array(SLOTS) // [slot] miss, or Retry
  #left: number

  constructor(tile: number, oracle: DataOracle, options: TrafficOptions, lineOf: Int32Array, caches: PrivateCaches) {
    this.#tile = tile
    this.#oracle = oracle
    this.#left = options.operations
    this.#random = new RandomStream(options.seed, `tile ${tile}`)
    this.#lineOf = lineOf
    this.caches = caches
  }

  /** Begin an operation if a slot is free, and try those again that were told to. True while anything is left. */
  go(now: number): boolean {
    for (let slot = 0; slot < SLOTS; slot++)
      if (this.#kind[slot] !== Idle && this.#waits[slot] === Retry) this.#attempt(slot, now)
    const free = this.#left > 0 ? this.#kind.indexOf(Idle) : -1
    if (free >= 0) {
      this.#left--
      const draw = this.#random.below(64)
      this.#kind[free] =
        draw < 26
          ? Kind.load
          : draw < 50
            ? Kind.store
            : draw < 56
              ? Kind.fetch
              : draw < 60
                ? Kind.storeWhole
                : draw < 62
                  ? Kind.writeThrough
                  : Kind.writeHome
      this.#line[free] = this.#lineOf[this.#random.below(this.#lineOf.length)] as number
      this.#attempt(free, now)
    }
    return this.#left > 0 || this.#kind.some((kind) => kind !== Idle)
  }

  /** Ticks until the next operation may begin: bursts, and pauses. */
  pause(): number {
    return this.#random.below(16) === 0 ? 1 + this.#random.below(400) : 1 + this.#random.below(4)
  }

  /** One who overwrites the whole line goes first: without him nobody has data. */
  arrived(miss: number, _line: number, now: number): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#waits[slot] === miss && this.#kind[slot] === Kind.storeWhole) this.#attempt(slot, now)
    }
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#kind[slot] === Idle || this.#waits[slot] !== miss) continue
      if ((this.#kind[slot] as number) >= Kind.writeThrough) this.#finish(slot)
      else this.#attempt(slot, now)
    }
  }

  left(): void {}

  #attempt(slot: number, now: number): void {
    const line = this.#line[slot] as number
    const kind = this.#kind[slot]
    this.caches.limit = 0x7fff_ffff
    const result = this.#ask(kind as number, line, now)
    if (result === Retry) this.#waits[slot] = Retry
    else if (result < 0) {
      this.#waits[slot] = -1 - result
      if ((kind as number) >= Kind.writeThrough) this.#oracle.writes(this.#tile, line)
    } else {
      if (kind === Kind.store || kind === Kind.storeWhole)
        this.#oracle.stored(this.#tile, line, kind === Kind.storeWhole)
      else this.#oracle.loaded(this.#tile, line)
      this.#finish(slot)
    }
  }

  #ask(kind: number, line: number, now: number): number {
    switch (kind) {
      case Kind.load:
        return this.caches.load(line, now)
      case Kind.store:
        return this.caches.store(line, now)
      case Kind.fetch:
        return this.caches.fetch(line, now)
      case Kind.storeWhole:
        return this.caches.storeWhole(line, now)
      case Kind.writeHome:
        return this.caches.writeThrough(line, now, Port.stream, Keeps)
      default:
        return this.caches.writeThrough(line, now)
    }
  }

  #finish(slot: number): void {
    this.#kind[slot] = Idle
    this.#waits[slot] = Retry
    this.done++
  }
}

/** What traffic leaves behind: a machine at rest, and what was counted. */
export interface Traffic extends Pick<Coreless, "tiles" | "homes" | "pages" | "numbers"> {
  readonly events: number
  readonly done: number
  /** Values that the oracle compared. */
  readonly checks: number
  readonly cells: ReturnType<typeof watchCells>
}

/** Run `options.operations` of each tile of `machine` to their end; throws what the oracle says. */
export function traffic(machine: Machine, options: TrafficOptions): Traffic {
  const drivers: Array<Driver> = []
  const parts = coreless(machine, options.seed, Math.ceil(options.lines / 64), {
    listener: (tile) => drivers[tile] as Driver,
    before: (kernel, pages) => {
      const oracle = new DataOracle(pages.lines, numbersOf(machine).tiles)
      oracle.watchDeliveries(kernel)
      return oracle
    },
    after: (kernel, owners) => {
      const go = kernel.define("traffic.go", (owner) => {
        const driver = drivers[owner - (owners[0] as number)] as Driver
        if (driver.go(kernel.now)) kernel.schedule(kernel.now + driver.pause(), Phase.Execute, owner, owner, go)
      })
      return go
    }
  })
  const { after: go, before: oracle, homes, interconnect, kernel, numbers, owners, pages, tiles } = parts
  oracle.watchMessages(interconnect, homes, owners)
  const cells = watchCells(parts)
  const lineOf = Int32Array.from({ length: options.lines }, (_, i) => parts.line(i))
  for (const [tile, { caches }] of tiles.entries()) drivers.push(new Driver(tile, oracle, options, lineOf, caches))
  for (const owner of owners) kernel.schedule(1, Phase.Execute, owner, owner, go)
  while (kernel.run(1 << 16, 2 ** 31, 0x7e00_0000) === Outcome.SliceEnded) if (oracle.wrong !== undefined) break
  if (oracle.wrong !== undefined) throw new Error(`${oracle.wrong} (tick ${kernel.now})`)
  const done = drivers.reduce((sum, driver) => sum + driver.done, 0)
  return { tiles, homes, pages, numbers, events: kernel.events, done, checks: oracle.checks, cells }
}
