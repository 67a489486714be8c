/**
 * Which tags a thread finds: those in memory, behind those that it has stored itself and that wait in its buffer.
 * Law: it reads what is enforced, at a tick, as of what the thread had done when its access dispatched.
 */
import type { Regions } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { RightsHolder } from "@isolde/core/isolation/unit"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { AllocationTags } from "./allocation-tags.ts"
import type { PendingRetags } from "./pending-retags.ts"

/** A thread's `authority`: the tag of its reserved register, PSTATE.TCO, and how many tag stores of it had no barrier. */
export const TAG = 15
export const TCO = 16
const RETAGS = 5
export const ONE_RETAG = 1 << RETAGS

export const retagsOf = (authority: number): number => authority >>> RETAGS

/** A tick after all others. */
const Ever = 0x7fff_ffff

export class FoundTags {
  readonly #regions: Regions
  readonly #tags: AllocationTags
  readonly #pending: PendingRetags
  readonly #governed: Uint8Array // [region]

  constructor(regions: Regions, tags: AllocationTags, pending: PendingRetags, governed: Uint8Array) {
    this.#regions = regions
    this.#tags = tags
    this.#pending = pending
    this.#governed = governed
  }

  /** MTE15: tag that `thread` finds for an access that it dispatched after `retags` tag stores without barrier. */
  tagAt(thread: number, page: number, offset: number, retags: number, tick: number): number {
    const own = this.#pending.tagOf(thread, page, offset, retags, tick)
    return own >= 0 ? own : this.#tags.at(page, offset, tick)
  }

  /** Tag of `region`, as the thread would find it now. */
  tagOf({ authority, number, tick }: HardwareThread, region: number): number {
    const { extentOffset, extentPage, extentStart } = this.#regions
    const first = extentStart[region]
    return this.tagAt(number, extentPage[first], extentOffset[first], retagsOf(authority), tick)
  }

  /** Its first and last granule speak for a region: a retag proceeds from the one to the other. */
  allows({ authority, number }: RightsHolder, region: number, tick = Ever): Rights {
    if (this.#governed[region] === 0 || (authority & TCO) !== 0) return Right.readWrite
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#regions
    const first = extentStart[region]
    const last = extentStart[region + 1] - 1
    const end = extentOffset[last] + extentBytes[last] - 1
    const tag = authority & TAG
    const retags = retagsOf(authority)
    const reaches =
      this.tagAt(number, extentPage[first], extentOffset[first], retags, tick) === tag ||
      this.tagAt(number, extentPage[last], end, retags, tick) === tag
    return reaches ? Right.readWrite : Right.none
  }
}
