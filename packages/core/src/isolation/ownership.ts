/**
 * Who owns each region, as the trusted runtime that carries operations out has recorded it: `move`, `share` and `free`
 * need their `from` to own the region, `allocate` that nobody does.
 *
 *   OW1  the record of a region that several threads operate on is one line of memory, a lock and an owner; an operation
 *        holds the lock from before it looks until rights are as it leaves them, and whoever comes meanwhile waits
 *   OW2  a record that one software thread alone needs is that thread's own, and costs nothing
 */
import type { Words } from "../memory/words.ts"
import type { Program } from "../processor/program.ts"
import { type OperationScript, Verb } from "./operation-script.ts"
import { RegionKind, type Regions } from "./regions.ts"

/** In place of the owner of a region that has been freed, or not been allocated yet. */
export const Nobody = -1

/** In place of the first word of a record that is a thread's own, and of the thread of one that nobody needs. */
const None = -1
/** In place of the thread of a record that several need. */
const Several = -2

/** Whether an operation looks who owns its region. */
export const needsOwner = (verb: number): boolean =>
  verb === Verb.move || verb === Verb.share || verb === Verb.allocate || verb === Verb.free

export class Ownership {
  readonly #owner: Int16Array // [region] domain or Nobody, as its own thread leaves it
  readonly #lock: Int32Array // [region] word of its lock, the next is its owner; or None
  readonly #estates: ReadonlyMap<number, ReadonlyArray<number>> // domain that is terminated -> regions that it owns at some time

  /** For the threads that execute `scripts`, one each. While the machine is built. */
  constructor(regions: Regions, scripts: ReadonlyArray<OperationScript>, words: Words) {
    this.#owner = Int16Array.from(regions.owner)
    this.#estates = estatesOf(regions, scripts)
    this.#lock = usersOf(regions, scripts, this.#estates).map((user) => (user === Several ? words.allocate(2) : None))
    for (let region = 0; region < regions.count; region++) {
      if (this.#lock[region] !== None) words.values[this.#lock[region] + 1] = regions.owner[region]
    }
  }

  /** Whether several threads need the record of `region`: it is read behind `acquire`, and let go by `release`. */
  isShared(region: number): boolean {
    return this.#lock[region] !== None
  }

  /** The regions that `domain`, which is terminated, owns at some time, in ascending order. */
  estateOf(domain: number): ReadonlyArray<number> {
    return this.#estates.get(domain) ?? []
  }

  /** OW2: owner of `region`, for the only thread that needs to know. */
  of(region: number): number {
    return this.#owner[region]
  }

  /** OW2: `domain` owns it from now on. */
  record(region: number, domain: number): void {
    this.#owner[region] = domain
  }

  /** OW1: take the lock of a shared record and read the owner, which is the thread's value behind it. */
  acquire(program: Program, region: number, locked: number): void {
    program.lock(this.#lock[region], locked).loadWord(this.#lock[region] + 1)
  }

  /** OW1: `domain` owns it from now on, and the next may come. */
  handOver(program: Program, region: number, domain: number): void {
    program.storeWord(this.#lock[region] + 1, domain)
    this.release(program, region)
  }

  /** OW1: the next may come, and finds what it was. */
  release(program: Program, region: number): void {
    program.storeWord(this.#lock[region], 0)
  }
}

function estatesOf(
  { count, kind, owner }: Regions,
  scripts: ReadonlyArray<OperationScript>
): ReadonlyMap<number, ReadonlyArray<number>> {
  const estates = new Map<number, Set<number>>()
  for (const { to, verb } of scripts)
    for (let at = 0; at < verb.length; at++) if (verb[at] === Verb.terminate) estates.set(to[at], new Set())
  if (estates.size === 0) return new Map()
  for (let region = 0; region < count; region++)
    if (kind[region] !== RegionKind.shared) estates.get(owner[region])?.add(region)
  for (const { region, to, verb } of scripts)
    for (let at = 0; at < verb.length; at++)
      if (verb[at] === Verb.move || verb[at] === Verb.allocate) estates.get(to[at])?.add(region[at])
  return new Map(Array.from(estates, ([domain, estate]) => [domain, [...estate].sort((x, y) => x - y)]))
}

/** The thread that needs the record of each region, None, or Several. */
function usersOf(
  { count }: Regions,
  scripts: ReadonlyArray<OperationScript>,
  estates: ReadonlyMap<number, ReadonlyArray<number>>
): Int32Array {
  const user = new Int32Array(count).fill(None)
  const uses = (region: number, thread: number): void => {
    user[region] = user[region] === None || user[region] === thread ? thread : Several
  }
  scripts.forEach(({ region, to, verb }, thread) => {
    for (let at = 0; at < verb.length; at++) {
      if (needsOwner(verb[at])) uses(region[at], thread)
      else if (verb[at] === Verb.terminate) for (const each of estates.get(to[at]) ?? []) uses(each, thread)
    }
  })
  return user
}
