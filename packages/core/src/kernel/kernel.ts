/**
 * The kernel: owners, one event queue, one table of handlers, one loop (laws L2, L3).
 * An event is a kind, a destination and three numbers. Closures per event, promises and Effect stay outside.
 */
import { HeapBlocks } from "../integers/heap.ts"
import { Columns } from "./columns.ts"
import { EventQueue, type Handler, Never, type Phase } from "./event-queue.ts"
import { invariant, ModelDefect } from "./model-defect.ts"

export type { Handler } from "./event-queue.ts"

/** Why a slice ended. */
export const Outcome = { Settled: 0, SliceEnded: 1, EventLimit: 2, TickLimit: 3 } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

/** Ticks are int32 offsets: a run may not come within this distance of the end of that range. */
const LAST_TICK = Never - (1 << 24)

/**
 * Events that are dispatched in one call. A loop that never ends would stay in code that V8 replaced under way, which
 * reads the constants of its module from memory and checks them.
 */
const ROUND = 64

/** Events pending for which there is room at first. */
const FIRST_EVENTS = 256

export class Kernel {
  events = 0
  /** Ticks that one owner may advance beyond the earliest event of another (law L3); 0 turns run-ahead off. */
  lookahead = 0
  readonly columns: Columns
  /** The run's part of the heap. */
  readonly blocks = new HeapBlocks()
  readonly #handlers: Array<Handler> = []
  readonly #kinds: Array<string> = []
  readonly #owners: Array<string> = []
  #firstAhead = 0
  #ahead = 0
  #queue: EventQueue | undefined

  /** `columns`: the memory of the run, which its parts take their columns from while they are built. */
  constructor(columns = new Columns()) {
    this.columns = columns
  }

  /** Tick of the event being dispatched. */
  get now(): number {
    return this.#sealed().tick
  }

  /**
   * Register an owner of state while the machine is being built. Its number is its place in the event order; owners
   * that run ahead are registered one after another (K3).
   */
  owner(name: string, options?: { readonly runsAhead: boolean }): number {
    if (this.#queue !== undefined) throw new ModelDefect("K1", `owner ${name} registered after the machine was sealed`)
    const id = this.#owners.push(name) - 1
    if (options?.runsAhead) {
      if (this.#ahead === 0) this.#firstAhead = id
      invariant(id === this.#firstAhead + this.#ahead++, "K3", `${name} runs ahead, but not next to those that do`)
    }
    return id
  }

  /** Register an event kind while the machine is being built; its number is its identity on the hot path. */
  define(name: string, handler: Handler): number {
    if (this.#kinds.includes(name)) throw new ModelDefect("K2", `event kind "${name}" is already defined`)
    this.#kinds.push(name)
    return this.#handlers.push(handler) - 1
  }

  /** No more owners: events may be scheduled from here on. */
  seal(): void {
    this.#queue = new EventQueue(this.#owners.length, this.#firstAhead, this.#ahead, FIRST_EVENTS, this.blocks)
  }

  schedule(tick: number, phase: Phase, destination: number, source: number, kind: number, a = 0, b = 0, c = 0): void {
    this.#sealed().push(tick, phase, destination, source, kind, a, b, c)
  }

  /**
   * First tick that `owner`, dispatching now, may not reach without the queue: a delivery to it may then be
   * pending. With run-ahead off, only the present tick is its own.
   */
  horizon(owner: number): number {
    const queue = this.#sealed()
    if (this.lookahead === 0) return queue.tick + 1
    const own = queue.nextFor(owner)
    const others = queue.nextTick()
    const bound = others >= LAST_TICK ? Never : others + this.lookahead
    return own < bound ? own : bound
  }

  /** True if `owner`, dispatching now, may do in this event what its step would do in this tick: no delivery comes before. */
  isLast(owner: number): boolean {
    const queue = this.#sealed()
    return this.lookahead > 0 && queue.nextFor(owner) > queue.tick
  }

  /**
   * Dispatch at most `slice` events. The outside world looks in between slices. (An integer slice, never
   * `Infinity`: a double-valued counter costs one heap number per event.)
   */
  run(slice: number, maxEvents: number, maxTick: number): Outcome {
    const queue = this.#sealed()
    const last = maxTick < LAST_TICK ? maxTick : LAST_TICK
    const dispatched = this.#rounds(queue, slice, last)
    this.events += dispatched
    if (queue.tick > last) return Outcome.TickLimit
    if (dispatched < slice) return Outcome.Settled
    return this.events >= maxEvents ? Outcome.EventLimit : Outcome.SliceEnded
  }

  /** Behind the loop stands nothing: V8 would meet it once a run, in code that has never been there. */
  #rounds(queue: EventQueue, slice: number, last: number): number {
    for (let dispatched = 0; ; ) {
      const round = slice - dispatched < ROUND ? slice - dispatched : ROUND
      const there = queue.dispatch(this.#handlers, round, last)
      dispatched += there
      if (there < round || dispatched === slice || queue.tick > last) return dispatched
    }
  }

  /** One line per pending event, earliest first: what a watchdog reports. */
  describePending(limit: number): Array<string> {
    return this.#sealed()
      .pending()
      .sort((x, y) => x.tick - y.tick || x.phase - y.phase || x.destination - y.destination)
      .slice(0, limit)
      .map(({ destination, kind, tick }) => `${this.#kinds[kind]} for ${this.#owners[destination]} at tick ${tick}`)
  }

  /** Every pending event that carries `b`, earliest first: for a report on what `b` names. */
  carrying(
    b: number
  ): Array<{ readonly tick: number; readonly owner: number; readonly kind: string; readonly a: number }> {
    return this.#sealed()
      .pending()
      .filter((event) => event.b === b)
      .sort((x, y) => x.tick - y.tick || x.destination - y.destination)
      .map(({ a, destination, kind, tick }) => ({ tick, owner: destination, kind: this.#kinds[kind], a }))
  }

  /** Address of the event queue in the heap, for code that schedules from there. */
  get queue(): number {
    return this.#sealed().at
  }

  /** Nobody goes on with this run: others may have its part of the heap. */
  release(): void {
    this.blocks.release()
  }

  /** How many owners there are. */
  get owners(): number {
    return this.#owners.length
  }

  ownerName(owner: number): string {
    return this.#owners[owner]
  }

  #sealed(): EventQueue {
    if (this.#queue === undefined) throw new ModelDefect("K1", "the machine is not sealed yet")
    return this.#queue
  }
}
