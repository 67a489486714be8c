/**
 * A litmus test as data: who runs what on shared regions and words, what is looked at, and which outcomes each
 * mechanism's architecture allows. Law: nothing here says how a mechanism does it.
 */
import type { RegionKind } from "@isolde/core/isolation/regions"
import type { Rights } from "@isolde/core/isolation/rights"
import type { Exchange } from "@isolde/core/isolation/unit"
import type { StepVerb } from "./step-patterns.ts"

export interface LitmusTest {
  /** Where it was read from. */
  readonly file: string
  readonly name: string
  readonly family: string
  /** What it shows, in a sentence. */
  readonly shows: string
  readonly bounds: Bounds
  readonly cores: number
  readonly threadsPerCore: 1 | 2
  /** Bytes of the host's pages in a virtual machine; 0: none. */
  readonly hostPages: number
  readonly exchange: Exchange
  readonly domains: ReadonlyArray<string>
  readonly regions: ReadonlyArray<LitmusRegion>
  /** Words with a value, 0 at the start, each on a line of its own. */
  readonly words: ReadonlyArray<string>
  readonly threads: ReadonlyArray<LitmusThread>
  /** What an outcome shows, in order: labels of accesses and reads, and words in brackets. */
  readonly final: ReadonlyArray<Observable>
  readonly goldens: ReadonlyArray<Golden>
}

/** How far the explorer goes. */
export interface Bounds {
  /** Most delays in one schedule. */
  readonly delays: number
  /** Ticks of a delay, each tried. */
  readonly by: ReadonlyArray<number>
  /** Most schedules; a test that has more fails. */
  readonly schedules: number
}

export interface LitmusRegion {
  readonly name: string
  readonly kind: RegionKind
  /** Domain that owns it at the start. */
  readonly owner: number
  readonly bytes: number
  /** Where the region before it ends, on the same page. */
  readonly packed: boolean
}

export interface LitmusThread {
  readonly name: string
  readonly domain: number
  /** Hardware thread; undefined: the next tile. */
  readonly on: number | undefined
  readonly steps: ReadonlyArray<Step>
}

/** One operation of a column; which fields it has follows from its verb's pattern. */
export interface Step {
  readonly verb: StepVerb
  readonly line: number
  readonly text: string
  readonly region: number
  /** Byte of the region, or -1: the next free one. */
  readonly offset: number
  readonly toRegion: number
  readonly from: number
  readonly to: number
  readonly rights: Rights
  readonly word: number
  readonly value: number
  readonly handle: number
  readonly toHandle: number
  readonly slot: number
  readonly name: string
  readonly label: string
  readonly ordered: boolean
}

export type Observable =
  | { readonly kind: "access"; readonly label: string; readonly thread: number; readonly step: number }
  | { readonly kind: "read"; readonly label: string; readonly thread: number; readonly step: number }
  | { readonly kind: "word"; readonly label: string; readonly word: number }
  /** How many accesses the monitor gives this verdict. */
  | { readonly kind: "verdict"; readonly label: string; readonly verdict: number }

/** What the architecture allows of one test under some mechanisms. */
export interface Golden {
  /** Package names; "none" is no mechanism, "pac+mte" two at once. */
  readonly mechanisms: ReadonlyArray<string>
  /** Configuration of the mechanism as JSON; undefined: every default. */
  readonly config: unknown
  /** Machine of the catalogue; undefined: the mechanism's native one. */
  readonly machine: string | undefined
  /** Sections of manuals, rules of packages. */
  readonly cites: string
  /** Outcomes that the explorer must reach. */
  readonly must: ReadonlyArray<string>
  /** Outcomes that it may reach. */
  readonly may: ReadonlyArray<string>
}

/** The outcome of a test that the mechanism refuses to run. */
export const REFUSED = "refused"
