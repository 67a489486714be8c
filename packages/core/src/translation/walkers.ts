/**
 * The page walkers of a tile. A walk is loads through the caches, one after the other; each reads its entry
 * when its line is there.
 *
 *   TR1  a walk that overlaps an invalidation of its page installs nothing: it starts again
 *   TR3  an entry is read with its line: a right that changes before that is seen, one that changes later isn't
 *   TR6  a walk that has read a line that coherence takes away serves the access that waits for it, and is not kept
 *   TR4  a walk that an invalidation overlaps leaves nothing in the walk caches of what it reads from then on
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Contexts } from "./contexts.ts"
import { tableOf, type WalkCaches } from "./walk-caches.ts"
import type { WalkPath } from "./walk-path.ts"
import { MAX_REFERENCES, SECOND, WalkPlans } from "./walk-plans.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { Entry, LEVELS, MAX_PAGES } = fromPages

const Idle = -1

/** Every walker is at work. */
export const AllBusy = -1

/** The first walker that has `key`, or AllBusy: there are a few, and a call of indexOf costs more than to look at all. */
function walkerOf(keys: Int32Array, key: number): number {
  for (let walker = 0; walker < keys.length; walker++) if (keys[walker] === key) return walker
  return AllBusy
}

export class Walkers {
  /** Who hears of a page and context for which a walk has read its last entry, is void, or is over. */
  onChanged: ((page: number, context: number) => void) | undefined
  /** Walks begun, table lines that they read, and walks that began again (TR1). */
  walks = 0
  references = 0
  cancelled = 0
  /** Walks that are over, and accesses that found no walker free. */
  finished = 0
  refused = 0
  readonly count: number
  readonly key: Int32Array // [walker] page and context, or Idle
  readonly code: Uint8Array // [walker] 1 when a fetch began the walk
  readonly waits: Int32Array // [walker] miss it waits for, or Retry
  readonly entry: Int32Array // [walker] what its last walk found
  readonly frame: Int32Array // [walker] frame that the page-table entry named when it was read
  readonly #fullAt: Int32Array // [walker] misses that were over when it found every buffer busy, or Idle
  readonly #once: Int32Array // [walker] page and context that its last walk may serve once (TR6), or Idle
  readonly #untracked: Uint8Array // [walker] 1 when a line that it has read has left the tile
  readonly #void: Uint8Array // [walker] 1 when an invalidation overlapped
  readonly #plans: WalkPlans
  readonly #pages: Pages
  readonly #path: WalkPath
  readonly #caches: PrivateCaches
  readonly #memory: WalkCaches
  readonly #roots: Uint16Array // [identifier] address space whose tables are walked

  constructor(
    count: number,
    pages: Pages,
    path: WalkPath,
    caches: PrivateCaches,
    memory: WalkCaches,
    roots: Uint16Array
  ) {
    this.count = count
    this.#roots = roots
    this.#pages = pages
    this.#path = path
    this.#caches = caches
    this.#memory = memory
    this.#plans = new WalkPlans(count)
    this.key = new Int32Array(count).fill(Idle)
    this.code = new Uint8Array(count)
    this.waits = new Int32Array(count)
    this.#void = new Uint8Array(count)
    this.entry = new Int32Array(count)
    this.frame = new Int32Array(count)
    this.#fullAt = new Int32Array(count).fill(Idle)
    this.#once = new Int32Array(count).fill(Idle)
    this.#untracked = new Uint8Array(count)
  }

  /** Walker that is at work for `key`, or AllBusy. */
  walking(key: number): number {
    return walkerOf(this.key, key)
  }

  /** A free walker takes `key`, which nobody walks for; or AllBusy. */
  take(key: number, code: number): number {
    const walker = walkerOf(this.key, Idle)
    if (walker < 0) {
      this.refused++
      return AllBusy
    }
    this.key[walker] = key
    this.code[walker] = code
    this.walks++
    this.#plan(walker)
    return walker
  }

  /** Read on from tick `from` until the end: its tick; or, negative, until a miss or want of a buffer (`waits`). */
  advance(walker: number, from: number): number {
    const { misses } = this.#caches
    const plans = this.#plans
    let tick = from
    for (;;) {
      const at = plans.at[walker]
      if (at === plans.count[walker]) {
        if (this.#void[walker] === 0) return tick
        this.cancelled++
        this.#plan(walker)
        continue
      }
      const { refused } = misses
      const ready = this.#caches.load(plans.lines[walker * MAX_REFERENCES + at], tick)
      if (ready !== Retry) this.references++
      if (ready < 0) {
        this.waits[walker] = ready === Retry ? Retry : -1 - ready
        this.#fullAt[walker] = misses.refused > refused ? misses.released : Idle
        return ready
      }
      tick = ready
      this.#read(walker)
    }
  }

  /** The line that the walk waits for has come, which is when it is read. */
  arrived(walker: number): void {
    this.#read(walker)
  }

  /** Entry bits that the second level has given a walk for `key` that will be kept or serve its access, or 0. */
  brings(key: number): number {
    const walker = this.key.indexOf(key)
    if (walker < 0 || this.#void[walker] === 1) return 0
    const allowed = this.#plans.allowed[walker]
    return allowed < 0 ? 0 : allowed & this.#pages.entry[this.#pages.headOf(key % MAX_PAGES)]
  }

  waitsFor(walker: number, wait: number): boolean {
    if (this.key[walker] === Idle || this.waits[walker] !== wait) return false
    // Who found every miss buffer busy needn't look again before a miss is over.
    return wait !== Retry || this.#fullAt[walker] !== this.#caches.misses.released
  }

  /** The walk is over and its walker free: the page-table entry, less what the second level forbids. */
  finish(walker: number): number {
    const { allowed, entry } = this.#plans
    this.finished++
    this.#once[walker] = this.isKept(walker) ? Idle : this.key[walker]
    this.key[walker] = Idle
    this.entry[walker] = entry[walker] & (allowed[walker] | ~(Entry.present | Entry.writable))
    return this.entry[walker]
  }

  /** False if what the walk found may serve its access alone (TR6). */
  isKept(walker: number): boolean {
    return this.#untracked[walker] === 0
  }

  /** TR6: walker whose last walk was for `key` and isn't kept, or AllBusy; it serves one access. */
  once(key: number): number {
    const walker = walkerOf(this.#once, key)
    if (walker >= 0) this.#once[walker] = Idle
    return walker
  }

  /** TR1: an invalidation of pages [first, first + count), any if `count` < 0, in `contexts`. */
  cancel(first: number, count: number, contexts: Contexts): void {
    this.#once.fill(Idle)
    for (let walker = 0; walker < this.count; walker++) {
      const key = this.key[walker]
      if (key === Idle || this.#void[walker] === 1) continue
      const page = key % MAX_PAGES
      if (count >= 0 && (page < first || page >= first + count)) continue
      if (!contexts.mayMatch((key / MAX_PAGES) | 0)) continue
      this.#void[walker] = 1
      this.onChanged?.(page, (key / MAX_PAGES) | 0)
    }
  }

  /** A line of a table has left the tile. */
  lineLeft(line: number): void {
    for (let walker = 0; walker < this.count; walker++)
      if (this.key[walker] !== Idle && this.#plans.hasRead(walker, line)) this.#untracked[walker] = 1
  }

  #plan(walker: number): void {
    const key = this.key[walker]
    this.#void[walker] = 0
    this.#untracked[walker] = 0
    this.#plans.clear(walker)
    this.#path.plan(this.#plans, walker, key % MAX_PAGES, (key / MAX_PAGES) | 0, this.#spaceOf(key), this.#memory)
  }

  #spaceOf(key: number): number {
    return this.#roots[(key / MAX_PAGES / this.#path.contexts) | 0]
  }

  /** TR3: take what the next reference finds. */
  #read(walker: number): void {
    const plans = this.#plans
    const index = walker * MAX_REFERENCES + plans.at[walker]++
    const step = plans.steps[index]
    if (step >= SECOND) return this.#readSecond(walker, index, step - SECOND)
    const key = this.key[walker]
    const page = key % MAX_PAGES
    if (step > 0 && this.#void[walker] === 0)
      this.#memory.first[step - 1].keep((key / MAX_PAGES) | 0, tableOf(plans.lines[index]))
    if (step !== LEVELS - 1 - this.#pages.size[page]) return
    const { entry, frame } = this.#pages.tableOf(this.#spaceOf(key))
    plans.entry[walker] = entry[this.#pages.headOf(page)]
    this.frame[walker] = frame[page]
  }

  #readSecond(walker: number, index: number, level: number): void {
    const plans = this.#plans
    const context = ((this.key[walker] / MAX_PAGES) | 0) % this.#path.contexts
    const keeps = this.#void[walker] === 0
    if (level > 0 && keeps) this.#memory.second[level - 1].keep(context, tableOf(plans.lines[index]))
    if (level !== LEVELS - 1 - this.#path.largest) return
    const frame = plans.frames[index]
    const rights = this.#path.rights(context, frame)
    if (keeps) this.#memory.nested.keep(context, frame >>> (9 * this.#path.largest), rights)
    // The last thing that a walk translates is the page itself.
    if (plans.at[walker] !== plans.count[walker]) return
    plans.allowed[walker] = rights
    this.onChanged?.(this.key[walker] % MAX_PAGES, (this.key[walker] / MAX_PAGES) | 0)
  }
}
