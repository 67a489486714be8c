/** Rights in pointers have to be found before they are gone: what CHERI pays for it without metadata in one place. */
import type { Claim, ClaimCase } from "../claim.ts"
import { revocationOf } from "../measured.ts"

const machine = "morello"
const source = "ATC'24 (Limitations and Opportunities), section 4; Cornucopia, SP'20"

const byCopies = (copies: number): ClaimCase => ({
  at: { copies },
  terms: {
    none: revocationOf({ mechanism: "cheri", machine }, { copies: 0, heapPages: 16 }),
    some: revocationOf({ mechanism: "cheri", machine }, { copies: copies / 2, heapPages: 16 }),
    twice: revocationOf({ mechanism: "cheri", machine }, { copies, heapPages: 16 })
  },
  value: ({ none = 0, some = 0, twice = 0 }) => (twice - none) / (some - none),
  holds: (ratio) => ratio >= 1.6 && ratio <= 2.5
})

export const pointerClaims: ReadonlyArray<Claim> = [
  {
    id: "cheri-pays-per-copy",
    text: "CHERI without central metadata pays for revocation in proportion to the copies of a capability",
    source,
    threshold: "twice as many stored copies cost 1.6 to 2.5 times as much beside a revocation without any",
    cases: [16, 64].map(byCopies)
  }
]
