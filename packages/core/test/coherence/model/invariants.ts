/**
 * What holds in every situation: one writer or many readers, no readable copy is old; and at rest, nobody waits, the
 * directory knows who holds what, what is held has a way, and the last store's data are where they are looked for.
 */
import { CacheState, LastStable } from "@isolde/core/coherence/cache-protocol"
import { HomeState, LastSettled } from "@isolde/core/coherence/home-protocol"
import { CacheFlag, HomeFlag, Nobody, type Situation } from "./situation.ts"
import { Violation } from "./violation.ts"

const writes = (state: number): boolean => state === CacheState.E || state === CacheState.M
const owns = (state: number): boolean => writes(state) || state === CacheState.O

/** Whether a tile may read the line in this state. */
export const reads = (state: number): boolean =>
  (state >= CacheState.S && state <= LastStable) || (state >= CacheState.SM_AD && state <= CacheState.OM_A)

/** Throws a Violation. */
export function holdsAlways(s: Situation): void {
  let writers = 0
  let readers = 0
  for (let c = 0; c < s.caches; c++) {
    const at = s.cacheAt(c)
    const state = s.at(at)
    if (writes(state)) writers++
    if (!reads(state)) continue
    readers++
    if ((s.at(at + 2) & CacheFlag.latest) === 0) throw new Violation(`cache ${c} reads an old value`)
  }
  if (writers > 0 && readers > 1) throw new Violation(`a writer and ${readers - 1} readers`)
}

/** With nothing under way; throws a Violation. */
export function holdsAtRest(s: Situation, inclusive: boolean): void {
  const home = s.homeAt
  const state = s.at(home)
  let holders = 0
  let owner: number = Nobody
  for (let c = 0; c < s.caches; c++) {
    const held = s.at(s.cacheAt(c))
    if (held > LastStable) throw new Violation(`deadlock: cache ${c} waits`)
    if (held === CacheState.S) holders |= 1 << c
    if (owns(held)) owner = c
  }
  if (state > LastSettled || s.at(home + 4) > 0) throw new Violation("deadlock: the home waits")
  const slice = s.at(home + 3)
  const held = holders !== 0 || owner !== Nobody
  if (s.at(home + 1) !== owner) throw new Violation("the directory has another owner")
  if (s.at(home + 2) !== holders) throw new Violation("the directory has other sharers")
  if ((state === HomeState.I) === held) throw new Violation("the directory says I, or nobody holds the line")
  if (held && (slice & HomeFlag.way) === 0) throw new Violation("LS1: a line is held without a way")
  if (!held && !inclusive && (slice & HomeFlag.way) !== 0) throw new Violation("a way for a line that nobody holds")
  if (state > HomeState.S) return
  const latest = slice & HomeFlag.present ? (slice & HomeFlag.latest) !== 0 : s.at(s.memoryAt) === 1
  if (!latest) throw new Violation("the last store is lost")
}
