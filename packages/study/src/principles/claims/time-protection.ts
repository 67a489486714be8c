/** What closes a channel through the caches that two domains of one core share. */
import type { Claim, ClaimCase } from "../claim.ts"
import { channelOn } from "../measured.ts"

const source = "Time protection, EuroSys'19, Table 3 (F7-18) and section 4"
const l1d = { resolution: 128 }
/** The second level of Haswell: 256 KB, 8 ways, so that pages have 8 colours. */
const l2 = { probeBytes: 131_072, symbolBytes: 16_384, observations: 96, resolution: 256 }

const open = (
  at: ClaimCase["at"],
  machine: string,
  parameters: Readonly<Record<string, number | string | boolean>>
) => ({
  at: { machine, ...at },
  terms: { capacity: channelOn(machine, parameters) },
  value: ({ capacity = 0 }: Readonly<Record<string, number>>) => capacity,
  holds: (bits: number) => bits >= 1
})

const closed = (...of: Parameters<typeof open>): ClaimCase => ({ ...open(...of), holds: (bits) => bits <= 0.05 })

export const timeProtectionClaims: ReadonlyArray<Claim> = [
  {
    id: "caches-leak-between-domains",
    text: "Domains that take turns on a core learn of each other through its caches",
    source,
    threshold: "at least 1 bit per observation",
    cases: [open({ cache: "L1D" }, "skylake-sp", l1d), open({ cache: "L2" }, "haswell-ep", { ...l2, flush: true })]
  },
  {
    id: "flush-closes-the-first-level",
    text: "A flush at the switch closes the channel through the first-level cache",
    source,
    threshold: "at most 0.05 bit per observation",
    cases: [closed({ cache: "L1D" }, "skylake-sp", { ...l1d, flush: true })]
  },
  {
    id: "colours-close-the-second-level",
    text: "Separate colours close the channel through the second-level cache, which a flush of the first leaves open",
    source,
    threshold: "at most 0.05 bit per observation",
    cases: [closed({ cache: "L2" }, "haswell-ep", { ...l2, flush: true, colours: true })]
  },
  {
    id: "padding-closes-the-switch",
    text: "A flush takes a time that tells of what was flushed, until the switch is padded to a fixed time",
    source,
    threshold: "at least 1 bit per observation without padding; at most 0.05 with it",
    cases: [
      open({ pad: 0 }, "skylake-sp", { ...l1d, watch: "switch", flush: true }),
      closed({ pad: 50_000 }, "skylake-sp", { ...l1d, watch: "switch", flush: true, pad: 50_000 })
    ]
  }
]
