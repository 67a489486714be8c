/**
 * What the registers of threads hold, read as a thread reports: into images, one for each state of the registers that
 * its unit tells apart, so that a gate costs what has changed and not what there is.
 *
 *   RR1  an image is asked for again where rights to a region were changed since, or are being changed by its thread
 *   RR2  what another thread changed is looked at until everybody finds it so; a thread finds its own changes at once
 *   RR3  where the unit tells no states apart, every region is asked for
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { CombinedRights } from "./combined-rights.ts"
import type { EnforcedRights } from "./enforced-rights.ts"
import { Verb } from "./operation-script.ts"
import type { ReportLog } from "./report-log.ts"
import { TouchedRegions } from "./touched-regions.ts"
import type { ProtectionUnit } from "./unit.ts"

/** RR3: the image of a thread by itself, in place of one that is kept. */
export const Whole = -1

/** Bytes that kept images may take. */
const MOST_BYTES = 1 << 26
/** An image that is new. */
const Unseen = Number.NEGATIVE_INFINITY
/** No operation is under way. */
const None = -1

/** Verbs beside which nothing changes rights but the registers and what is reported. */
const steady: ReadonlyArray<number> = [
  Verb.enter,
  Verb.leave,
  Verb.grant,
  Verb.revoke,
  Verb.move,
  Verb.share,
  Verb.allocate,
  Verb.free,
  Verb.copy,
  Verb.open,
  Verb.compute,
  Verb.load,
  Verb.store,
  Verb.touch,
  Verb.keep,
  Verb.begin,
  Verb.end,
  Verb.repeat,
  Verb.signal,
  Verb.wait,
  Verb.compareSwap,
  Verb.yield
]

/** Whether a script changes rights in no other way than images know of. */
export const isSteady = (verbs: Uint8Array): boolean => verbs.every((verb) => steady.includes(verb))

/** What one image of registers is as of. */
interface Image {
  readonly number: number
  /** Place up to which changes are in it. */
  seen: number
}

export class RegisterRights {
  readonly unit: ProtectionUnit
  readonly enforced: EnforcedRights | CombinedRights
  /** Image of the last `read`, or Whole. */
  image = Whole
  /** Numbers that it appended. */
  count = 0
  readonly #log: ReportLog
  readonly #kept: boolean
  readonly #settled: number
  readonly #most: number
  readonly #touched: TouchedRegions
  readonly #underWay: Int32Array // [software thread] region of its operation
  readonly #images: Array<Map<number, Image> | undefined> = [] // [software thread] by what the unit calls it
  #count = 0

  /** `steady`: isSteady of every script. `settled`: ticks after which everybody finds a change. */
  constructor(
    unit: ProtectionUnit,
    log: ReportLog,
    regions: number,
    enforced: EnforcedRights | CombinedRights,
    software: number,
    steady: boolean,
    settled: number
  ) {
    this.unit = unit
    this.#log = log
    this.enforced = enforced
    this.#kept = steady && unit.registers !== undefined
    this.#settled = settled
    this.#most = Math.floor(MOST_BYTES / Math.max(1, regions))
    this.#touched = new TouchedRegions(regions)
    this.#underWay = new Int32Array(software).fill(None)
  }

  /** Rights to `region` change at `tick`, by what `software` does, or somebody if negative. */
  touched(region: number, software: number, tick: number): void {
    if (this.#kept && region >= 0) this.#touched.add(region, software, tick)
  }

  /** An operation of `t` on `region` is under way from now on, or none if it is negative. */
  operates(t: HardwareThread, region: number): void {
    this.#underWay[t.software] = region
  }

  /**
   * Append what `t` holds at `tick` to the log: bytes beside the regions, then pairs of a region and rights. Returns where
   * that begins; which image it is, and how many numbers there are, is in `image` and `count`.
   */
  read(t: HardwareThread, tick: number): number {
    const log = this.#log
    const at = log.reserve(1)
    log.snapshots[at] = this.unit.ungovernedBytes?.(t) ?? 0
    const name = this.#kept ? (this.unit.registers?.(t) ?? Whole) : Whole
    const image = name < 0 ? undefined : this.#imageOf(t.software, name)
    this.image = image?.number ?? Whole
    if (image === undefined) this.#readAll(t, tick)
    else {
      if (this.#touched.remembers(image.seen)) this.#readTouched(t, image, tick)
      else this.#readAll(t, tick)
      this.#see(image, t.software, tick)
    }
    this.count = log.snapshotEnd - at
    return at
  }

  #imageOf(software: number, name: number): Image | undefined {
    const known = this.#images[software]?.get(name)
    if (known !== undefined || this.#count === this.#most) return known
    const image = { number: this.#count++, seen: Unseen }
    const images = this.#images[software] ?? new Map<number, Image>()
    this.#images[software] = images.set(name, image)
    return image
  }

  #readAll(t: HardwareThread, tick: number): void {
    const own = this.enforced.own[t.number]
    const at = this.#log.reserve(2 * own.length)
    for (let i = 0; i < own.length; i++) this.#ask(t, own[i], tick, at + 2 * i)
  }

  /** RR1 */
  #readTouched(t: HardwareThread, { seen }: Image, tick: number): void {
    const touched = this.#touched
    const underWay = this.#underWay[t.software]
    // The images of other registers have yet to see it.
    if (underWay >= 0) touched.add(underWay, t.software, tick)
    for (let place = seen; place < touched.end; place++) {
      const region = touched.region(place)
      if (this.enforced.meets(t.number, region)) this.#ask(t, region, tick, this.#log.reserve(2))
    }
  }

  /** RR2 */
  #see(image: Image, software: number, tick: number): void {
    const touched = this.#touched
    let seen = Math.max(image.seen, touched.begin)
    const settled = tick - this.#settled
    while (seen < touched.end && (touched.by(seen) === software || touched.tick(seen) <= settled)) seen++
    image.seen = seen
  }

  #ask(t: HardwareThread, region: number, tick: number, at: number): void {
    const unit = this.unit
    const { snapshots } = this.#log
    snapshots[at] = region
    snapshots[at + 1] = unit.holds === undefined ? unit.allows(t, region, tick) : unit.holds(t, region, tick)
  }
}
