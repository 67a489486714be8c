/**
 * The flags that several commands have, written once.
 * Law: a flag only reads text; whether the values make sense is checked where they are used, all at once.
 */
import { Option } from "effect"
import { Flag } from "effect/cli"

/** "a, b" as ["a", "b"]. */
const listOf = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")

const list = (name: string, metavar: string, description: string, otherwise: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.withDefault(otherwise),
    Flag.map(listOf)
  )

export const recording = Flag.String("recording").pipe(
  Flag.withMetavar("FILE.arrow"),
  Flag.withDescription("The recording to replay, as `isolde import` wrote it")
)

/** Domain to objects; naming a domain twice adds to it. */
export const isolate = Flag.String("isolate").pipe(
  Flag.withMetavar("NAME=OBJECT[,OBJECT]"),
  Flag.withDescription("A domain of its own for these objects, by file name or whole path; once per domain"),
  Flag.filterMap(
    (text) => {
      const at = text.indexOf("=")
      const objects = listOf(text.slice(at + 1))
      return at > 0 && objects.length > 0 ? Option.some([text.slice(0, at).trim(), objects] as const) : Option.none()
    },
    (text) => `expected NAME=OBJECT[,OBJECT], such as crypto=libcrypto.so.3, found ${JSON.stringify(text)}`
  ),
  Flag.atLeast(1),
  Flag.map((entries) => {
    const domains: Record<string, ReadonlyArray<string>> = {}
    for (const [name, objects] of entries) domains[name] = [...(domains[name] ?? []), ...objects]
    return domains
  })
)

export const shared = list(
  "shared",
  "OBJECT[,OBJECT]",
  "Objects whose code runs in the domain that calls it, such as libc.so.6 (default: none)",
  ""
)

export const mechanisms = list(
  "mechanisms",
  "NAME[,NAME]",
  "What to compare: none, mpk, ept, mte, cheri, pac, sfi, language, process, enclave, proposals, or a file that exports a mechanism; mpk:cet=false configures one, pac+mte combines two (default: none, mpk, ept, mte, cheri)",
  "none,mpk,ept,mte,cheri"
)

export const exchanges = list(
  "exchange",
  "POLICY[,POLICY]",
  "How objects cross between domains: share, borrow, copy (default: all three)",
  "share,borrow,copy"
)

/** Machines of an experiment, with options. */
export const machines = list(
  "machine",
  "NAME[:OPTION=VALUE][,NAME]",
  "Machines of the catalogue; haswell-ep:cores=16:sockets=2 chooses options, and a dot goes into what an option holds: kernel.pageTableIsolation=true (default: skylake-sp)",
  "skylake-sp"
)

/** Mechanisms of an experiment. */
export const isolations = list(
  "mechanism",
  "NAME[,NAME]",
  "none or mechanisms as `compare` takes them; mpk:cet=false configures one, pac+mte combines two (default: none)",
  "none"
)

/** Text that isn't a number becomes NaN here, with the text itself in the error of the flag. */
export const coreCounts = Flag.String("cores").pipe(
  Flag.withMetavar("N[,N]"),
  Flag.withDescription("Workers of the program, one per core; a comparison for each number (default: 1)"),
  Flag.withDefault("1"),
  Flag.filterMap(
    (text) => {
      const counts = listOf(text).map(Number)
      return counts.some(Number.isNaN) ? Option.none() : Option.some(counts)
    },
    (text) => `expected whole numbers with commas between them, such as 1,4, found ${JSON.stringify(text)}`
  )
)

export const parts = list(
  "part",
  "NAME[,NAME]",
  "What to measure: engine, memory, recordings, hooks, traces (default: all five)",
  "engine,memory,recordings,hooks,traces"
)

export const machine = Flag.String("machine").pipe(
  Flag.withMetavar("NAME"),
  Flag.withDescription("The machine of every run (default: each mechanism's native one)"),
  Flag.optional,
  Flag.map(Option.getOrUndefined)
)

export const seed = Flag.Int("seed").pipe(
  Flag.withDescription("Seed of frames, start offsets and mispredictions; equal seeds, equal results (default: 1)"),
  Flag.withDefault(1)
)

export const threads = Flag.Int("threads").pipe(
  Flag.withDescription("Simulations at once (default: one per processor of this computer); changes no result"),
  Flag.optional,
  Flag.map(Option.getOrUndefined)
)

/** The simulator's own shortcut; the law is that leaving it out changes nothing but the time. */
export const runAhead = Flag.Boolean("no-run-ahead").pipe(
  Flag.withDescription("Dispatch every event in order, without running ahead: slower, same result"),
  Flag.withDefault(false),
  Flag.map((off) => !off)
)

export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print one JSON document on stdout and nothing else"),
  Flag.withDefault(false)
)

export const show = Flag.Boolean("show").pipe(
  Flag.withDescription("Open the plots in a browser, served on 127.0.0.1 (needs @isolde/show)"),
  Flag.withDefault(false)
)
