/**
 * What AMD's cores have in common beside their sizes: prefetchers, the walker's cache, instructions that invalidate
 * translations, interrupts and the kernel's entry.
 * Law: what nobody measured on AMD is Intel's number, and says so.
 */
import { interruptX86, linuxX86 } from "./linux.ts"
import { pagingIntel } from "./paging.ts"
import type { MachineShape } from "./shape.ts"
import type { ShootdownName } from "./shootdown-choice.ts"
import { assumed, type Range, recalled, type Value } from "./value.ts"

type Shape = MachineShape<Value>

const guide = "AMD's software optimisation guide for family 19h, hardware prefetching"

/** Prefetchers of the L1D and the L2. */
export const prefetchAmd: Shape["prefetch"] = {
  nextLine: recalled(1, [0, 1], `recalled: the L1D's stream prefetcher fetches sequential lines, ${guide}; no row`),
  strideEntries: recalled(64, [16, 256], `recalled: the L1D's stride prefetcher by instruction, ${guide}; no size`),
  strideDistance: assumed(1, [1, 4], "assumed: one stride ahead, as m-426 (Golden Cove)"),
  streams: assumed(32, [16, 64], "assumed: as Intel's; AMD gives no size"),
  streamDistance: assumed(20, [4, 32], "assumed: as Intel's; AMD gives none"),
  streamDegree: assumed(2, [1, 4], "assumed: as Intel's; AMD gives none"),
  pairs: assumed(0, [0, 1], "assumed: AMD names an up/down prefetcher of the L2, which follows what it has seen")
}

/** `value` of Intel as AMD's, with at least `range`. */
const asIntel = (value: Value, range: Range): Value => ({
  value: value.value,
  range: [Math.min(range[0], value.value), Math.max(range[1], value.value)],
  confidence: "assumed",
  source: `assumed: as on Intel; ${value.source.replace(/^(assumed|recalled): /, "")}`
})

const spread = (value: Value): Range => {
  const [least, most] = value.range ?? [value.value, value.value]
  return [Math.floor(least / 2), most * 2]
}

const directory = "recalled: a cache of 64 directory entries of all levels, in AMD's optimisation guides; no row"

/** Zen 3 and after. */
export const pagingAmd: Pick<Shape["tlb"], keyof typeof pagingIntel> = {
  walkCache: {
    top: { sets: recalled(1, [1, 1], directory), ways: recalled(2, [0, 64], directory) },
    middle: { sets: recalled(4, [1, 16], directory), ways: recalled(4, [1, 64], directory) },
    last: { sets: recalled(16, [8, 16], directory), ways: recalled(4, [4, 64], directory) }
  },
  nestedTlb: {
    sets: recalled(4, [4, 8], "recalled: 16 to 24 entries of the Opteron's nested TLB (Bhargava et al., F2-70)"),
    ways: recalled(4, [4, 8], "recalled: as sets")
  },
  fracturedFlush: assumed(0, [0, 1], "assumed: only Intel was seen to do so (F2-73)"),
  invalidateAddress: asIntel(pagingIntel.invalidateAddress, [65, 600]),
  spaceIds: pagingIntel.spaceIds,
  switchSpace: asIntel(pagingIntel.switchSpace, [60, 400]),
  switchSpaceFlush: asIntel(pagingIntel.switchSpaceFlush, [60, 400])
}

const everyAsIntel = <T extends Readonly<Record<string, Value>>>(values: T): T =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asIntel(value, spread(value))])) as T

/** Linux on AMD: path lengths are those of x86-64; entries and invalidations were not measured. */
export const linuxAmd: Shape["kernel"] = {
  ...everyAsIntel(linuxX86 as Shape["kernel"] & Readonly<Record<string, Value>>),
  flushCeiling: linuxX86.flushCeiling
}

/** Interrupts through the x2APIC. */
export const interruptAmd: Shape["interrupt"] = {
  ...everyAsIntel(interruptX86 as Shape["interrupt"] & Readonly<Record<string, Value>>),
  cluster: recalled(16, [1, 16], "recalled: the logical cluster mode of the x2APIC is AMD's too; no row")
}

/** F5-72: INVLPGB from Zen 3 on; Linux uses it since 6.15, so interrupts are the default. */
export const shootdownsAmd: ReadonlyArray<ShootdownName> = ["interrupt", "invlpgb", "lazy"]
