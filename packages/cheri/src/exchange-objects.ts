/**
 * The objects that capabilities are made for: exchange regions, numbered densely, with the bounds that the 128-bit
 * format can write down for each of their runs (CHERI3). Law: computed once, from the rule, before the run.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import { PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import { type Bounds, representable } from "./capability.ts"

export class ExchangeObjects {
  readonly regions: Int32Array // [object] region
  readonly runs: Int32Array // [object] contiguous runs, one capability each
  readonly slack: Float64Array // [object] bytes that its bounds cover beside it
  /** Objects with slack. */
  readonly rounded: Int32Array
  readonly #ofRegion: Int32Array // [region] object, or -1
  readonly #bounds: ReadonlyArray<ReadonlyArray<Bounds>> // [object][run]
  readonly #starts: Float64Array // [object] address
  readonly #pages: Pages

  constructor(regions: Regions, pages: Pages) {
    this.#pages = pages
    const numbers = Array.from(regions.kind.keys()).filter((region) => regions.kind[region] === RegionKind.exchange)
    this.regions = Int32Array.from(numbers)
    this.#ofRegion = new Int32Array(regions.count).fill(-1)
    numbers.forEach((region, object) => {
      this.#ofRegion[region] = object
    })
    const runs = numbers.map((region) => runsOf(regions, region, pages))
    this.#starts = Float64Array.from(runs, (each) => each[0]?.base ?? 0)
    this.runs = Int32Array.from(runs, (each) => each.length)
    this.#bounds = runs.map((each) => each.map(({ base, top }) => representable(base, top - base)))
    const bytes = (each: ReadonlyArray<Bounds>) => each.reduce((sum, { base, top }) => sum + top - base, 0)
    this.slack = Float64Array.from(runs, (each, object) => bytes(this.#bounds[object]) - bytes(each))
    this.rounded = Int32Array.from(Array.from(this.slack.keys()).filter((object) => this.slack[object] > 0))
  }

  get count(): number {
    return this.regions.length
  }

  /** Object of an exchange region; -1 for others. */
  of(region: number): number {
    return this.#ofRegion[region]
  }

  /** The same for a region that an operation names. Throws InvalidInput for one that is no exchange region. */
  named(region: number): number {
    const object = this.#ofRegion[region] ?? -1
    if (object >= 0) return object
    throw new InvalidInput([
      {
        path: "script.region",
        expected: "an exchange region",
        actual: `region ${region}`,
        remedy: "Only exchange regions have capabilities of their own; private memory is under DDC."
      }
    ])
  }

  /** Bounds of `object`'s capabilities, one for each of its runs. */
  boundsOf(object: number): ReadonlyArray<Bounds> {
    return this.#bounds[object]
  }

  /** Address of its first byte. */
  startOf(object: number): number {
    return this.#starts[object]
  }

  /** Whether the bounds of one of `object`'s capabilities cover the access. */
  covers(object: number, page: number, offset: number, bytes: number): boolean {
    const address = this.#pages.low[page] * PAGE_BYTES + offset
    const bounds = this.#bounds[object]
    for (let run = 0; run < bounds.length; run++)
      if (address >= bounds[run].base && address + bytes <= bounds[run].top) return true
    return false
  }
}

/** Runs of adjacent extents, as addresses within 4 GiB. */
function runsOf(regions: Regions, region: number, pages: Pages): Array<Bounds> {
  const runs: Array<{ base: number; top: number }> = []
  for (let extent = regions.extentStart[region]; extent < regions.extentStart[region + 1]; extent++) {
    const base = pages.low[regions.extentPage[extent]] * PAGE_BYTES + regions.extentOffset[extent]
    const top = base + regions.extentBytes[extent]
    const last = runs.at(-1)
    if (last?.top === base) last.top = top
    else runs.push({ base, top })
  }
  return runs
}
