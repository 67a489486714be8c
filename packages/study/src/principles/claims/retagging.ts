/** Retagging against copying: ATC'24's claim for MTE, size by size. */
import type { Claim, ClaimCase } from "../claim.ts"
import { copyOn, handOverOf } from "../measured.ts"

const machine = "cortex-x3"
const source = "ATC'24 (Limitations and Opportunities), Fig. 10 and atc24-081, atc24-082"
const powers = (from: number, to: number): ReadonlyArray<number> => {
  const sizes: Array<number> = []
  for (let bytes = from; bytes <= to; bytes *= 2) sizes.push(bytes)
  return sizes
}

/** Tag stores as either source has them; with a barrier behind them, so that every core sees the tags. */
const parameterSets = ["noh", "atc24"] as const

const against = (
  bytes: number,
  retag: (typeof parameterSets)[number],
  holds: (ratio: number) => boolean
): ClaimCase => ({
  at: { bytes, retag },
  terms: {
    copy: copyOn(machine, bytes, "pairs"),
    retag: handOverOf({ mechanism: "mte", config: { retag }, machine }, bytes)
  },
  value: ({ copy = 0, retag = 0 }) => copy / retag,
  holds
})

export const retaggingClaims: ReadonlyArray<Claim> = [
  {
    id: "retag-faster-when-large",
    text: "MTE retagging is 1.2 to 2.1 times faster than copying from 256 B to 2 MB",
    source,
    threshold: "cycles of a copy over cycles of a retag between 1.2 and 2.1 at every size",
    cases: parameterSets.flatMap((retag) =>
      powers(256, 1 << 21).map((bytes) => against(bytes, retag, (ratio) => ratio >= 1.2 && ratio <= 2.1))
    )
  },
  {
    id: "retag-slower-when-small",
    text: "below 256 B retagging is slower than copying",
    source,
    threshold: "cycles of a copy over cycles of a retag below 1 at every size",
    cases: parameterSets.flatMap((retag) => powers(16, 128).map((bytes) => against(bytes, retag, (ratio) => ratio < 1)))
  }
]
