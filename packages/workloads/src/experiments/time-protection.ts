/**
 * A covert channel through a cache: one domain leaves a symbol in it, another, which runs afterwards on the same core,
 * times its own accesses. What it learns per observation is the channel's capacity, with and without a flush between
 * them, separate colours, and a switch that ends at a fixed time.
 */
import { Verb } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import { type AccessPattern, strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { mutualInformation } from "./mutual-information.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface TimeProtectionParameters {
  readonly [name: string]: number | boolean | string
  readonly watch: string
  readonly symbols: number
  readonly observations: number
  readonly probeBytes: number
  readonly symbolBytes: number
  readonly cacheBytes: number
  readonly flush: boolean
  readonly colours: boolean
  readonly pad: number
  readonly clockRead: number
  readonly resolution: number
}

const OBSERVATION = "observation"
const requests = [OBSERVATION]
/** Areas, behind the first: the receiver's, the sender's, and the switching code's own. */
const [PROBED, SENT, FLUSHED] = [1, 2, 3]
/** More pages than the kernel invalidates one by one: it forgets all translations. */
const ALL_TRANSLATIONS = 512
/** Two colours take turns by pages. */
const PAGE = 4096

export const timeProtection = experimentOf<TimeProtectionParameters>({
  name: "time-protection",
  meaning: "bits per observation that one domain learns of another through a cache of their core",
  parameters: {
    watch: "what the receiver times: `accesses` of its own, or `switch`, from one slice of its own to the next",
    symbols: "symbols that the sender chooses from",
    observations: "symbols sent",
    probeBytes: "bytes that the receiver reads before and after",
    symbolBytes: "bytes that the sender reads for each step of its symbol",
    cacheBytes: "bytes that a flush reads: twice the cache displaces what was in it",
    flush: "the switch displaces the cache's content",
    colours: "sender and receiver have different pages of the cache",
    pad: "the switch ends at a multiple of so many ticks; 0: as soon as it is done",
    clockRead: "ticks of a read of the clock: 25 on Skylake-SP (m-284)",
    resolution: "ticks that the receiver can't tell apart; 1 is an upper bound, for nothing else disturbs it"
  },
  defaults: {
    watch: "accesses",
    symbols: 8,
    observations: 192,
    probeBytes: 32_768,
    symbolBytes: 4096,
    cacheBytes: 65_536,
    flush: false,
    colours: false,
    pad: 0,
    clockRead: 25,
    resolution: 1
  },
  accepts: {
    watch: oneOf("accesses", "switch"),
    probeBytes: { least: 64, multipleOf: 64 },
    symbolBytes: { least: 64, multipleOf: 64 },
    cacheBytes: { least: 64, multipleOf: 64 },
    pad: orNone,
    clockRead: orNone
  },
  readings: [
    { name: "capacity", unit: "bit", meaning: "mutual information of symbol and time, per observation" },
    { name: "noise", unit: "bit", meaning: "the same after the symbols are dealt out anew: what chance alone shows" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    frames: "contiguous",
    workload: codeWorkload({
      name: "time-protection",
      config: parameters,
      areas: [
        // Takes the frames of page tables along, so that those of the others follow one another.
        { name: "first", bytes: PAGE },
        { name: "probed", bytes: 2 * parameters.probeBytes },
        { name: "sent", bytes: 2 * parameters.symbols * parameters.symbolBytes + PAGE },
        { name: "flushed", bytes: parameters.cacheBytes }
      ],
      requests,
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests: rows }, parameters) => {
    const ticks = ticksOf(rows, OBSERVATION).map((each) => Math.floor(each / parameters.resolution))
    const sent = symbolsOf(parameters)
    return {
      capacity: mutualInformation(sent, ticks),
      noise: mutualInformation(dealtAnew(sent), ticks)
    }
  }
})

function symbolsOf({ observations, symbols }: TimeProtectionParameters): ReadonlyArray<number> {
  const random = new RandomStream(1, "symbols")
  return Array.from({ length: observations }, () => (random.next() >>> 0) % symbols)
}

function dealtAnew(sent: ReadonlyArray<number>): ReadonlyArray<number> {
  const random = new RandomStream(2, "symbols")
  const order = sent.map((symbol) => [random.next(), symbol] as const)
  return order.sort(([x], [y]) => x - y).map(([, symbol]) => symbol)
}

/** The receiver fills the cache, the sender displaces as much of it as its symbol says, the receiver looks again. */
function codeOf(parameters: TimeProtectionParameters): Code {
  const { cacheBytes, clockRead, flush, pad, probeBytes, symbolBytes, watch } = parameters
  const code = new Code(requests)
  const probe = code.block([
    { address: [0], load: { area: PROBED, at: toAndFro(linesOf(parameters, 0, probeBytes), probeBytes / 64) }, to: [0] }
  ])
  const sends = Array.from({ length: parameters.symbols }, (_, symbol) =>
    code.block([{ load: { area: SENT, at: linesOf(parameters, 1, Math.max(64, symbol * symbolBytes)) } }])
  )
  const displace = code.block([{ load: { area: FLUSHED, at: strided(64, cacheBytes) } }])
  const wait = (): void => {
    if (pad > 0) code.operate({ verb: Verb.pad, bytes: pad, rights: clockRead })
  }
  const change = (): void => {
    if (flush) {
      code.run(displace, cacheBytes / 64)
      code.operate({ verb: Verb.flush, memory: { area: PROBED, page: 0 }, bytes: ALL_TRANSLATIONS })
    }
    wait()
  }
  code.run(probe, probeBytes / 64)
  for (const symbol of symbolsOf(parameters)) {
    wait()
    if (watch === "switch") code.begin(OBSERVATION)
    change()
    code.run(sends[symbol] as number, (symbol * symbolBytes) / 64)
    change()
    if (watch === "switch") code.end(OBSERVATION)
    else code.begin(OBSERVATION)
    code.run(probe, probeBytes / 64)
    if (watch !== "switch") code.end(OBSERVATION)
  }
  return code
}

/** Lap by lap in turning directions: what was displaced last is looked at last, so that a probe displaces nothing itself. */
const toAndFro =
  (at: AccessPattern, count: number): AccessPattern =>
  (n) =>
    at(Math.floor(n / count) % 2 === 0 ? n % count : count - 1 - (n % count))

/** The lines of `bytes` bytes one after another; with colours, in every second page, the first of which is `own`. */
function linesOf({ colours }: TimeProtectionParameters, own: number, bytes: number): AccessPattern {
  if (!colours) return strided(64, bytes)
  return (n) => {
    const at = (64 * n) % bytes
    return (2 * Math.floor(at / PAGE) + own) * PAGE + (at % PAGE)
  }
}
