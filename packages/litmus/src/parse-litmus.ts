/**
 * Reads a litmus file. A header of keyed lines, the columns of the threads, what is looked at, and goldens; `#` begins
 * a comment. Law: a file that is read says exactly one thing; whatever else it says is an issue with file and line.
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Exchange } from "@isolde/core/isolation/unit"
import { verdictNames } from "@isolde/core/isolation/verdict"
import type { Bounds, Golden, LitmusRegion, LitmusTest, LitmusThread, Observable, Step } from "./litmus-test.ts"
import { goldenLine, type OpenGolden, openGolden } from "./parse-golden.ts"
import { ParseIssues } from "./parse-issues.ts"
import { parseStep } from "./parse-step.ts"

const PAGE = 4096
/** Bytes of a region unless it says: two lines, since a tag store per line of a page would be as many choices. */
const REGION = 128
const defaultBounds: Bounds = { delays: 1, by: [90, 1200, 40_000], schedules: 3000 }

/** Keys of a file, and how each line of them goes. */
const keys: Readonly<Record<string, string>> = {
  litmus: "litmus NAME",
  family: "family NAME",
  shows: "shows SENTENCE",
  bounds: "bounds delays N by TICKS[, TICKS ...] schedules N",
  cores: "cores N [threads 2]",
  host: "host BYTES pages",
  exchange: "exchange share|borrow|copy",
  domains: "domains NAME ...",
  region: "region NAME private|shared|exchange of DOMAIN [BYTES bytes] [packed]",
  word: "word NAME ...",
  thread: "thread NAME in DOMAIN [on N] | thread ...",
  final: "final LABEL ... [WORD in brackets] <VERDICT in angles>",
  golden: "golden MECHANISM[+MECHANISM][, ...] [{CONFIG}] [on MACHINE]",
  cite: "cite SECTION",
  must: "must LABEL=VALUE ...",
  may: "may LABEL=VALUE ..."
}

interface Draft {
  name: string
  family: string
  shows: string
  bounds: Bounds
  cores: number
  threadsPerCore: 1 | 2
  hostPages: number
  exchange: Exchange
  domains: Array<string>
  regions: Array<LitmusRegion>
  words: Array<string>
  threads: Array<{ name: string; domain: number; on: number | undefined; steps: Array<Step> }>
  final: Array<string>
  goldens: Array<OpenGolden>
}

/** The test that `text`, the content of `file`, says. Throws InvalidInput with every issue. */
export function parseLitmus(file: string, text: string): LitmusTest {
  const issues = new ParseIssues(file)
  const draft: Draft = {
    name: "",
    family: "",
    shows: "",
    bounds: defaultBounds,
    cores: 2,
    threadsPerCore: 1,
    hostPages: 0,
    exchange: "borrow",
    domains: [],
    regions: [],
    words: [],
    threads: [],
    final: [],
    goldens: []
  }
  text.split("\n").forEach((raw, at) => {
    const line = raw.replace(/(^|\s)#.*$/, "").trim()
    if (line !== "") parseLine(draft, line, at + 1, issues)
  })
  return finished(draft, issues)
}

function parseLine(draft: Draft, line: string, at: number, issues: ParseIssues): void {
  const [key = "", ...words] = line.split(/\s+/)
  const rest = line.slice(key.length).trim()
  const inColumns = draft.threads.length > 0 && draft.final.length === 0
  if (inColumns && !(key in keys)) return parseRow(draft, line, at, issues)
  const wrong = (): void => issues.add(at, keys[key] ?? "a key", line, "Write the line as shown.")
  switch (key) {
    case "litmus":
      draft.name = rest
      return
    case "family":
      draft.family = rest
      return
    case "shows":
      draft.shows = draft.shows === "" ? rest : `${draft.shows} ${rest}`
      return
    case "bounds": {
      const match = /^delays (\d+) by ([\d, ]+?) schedules (\d+)$/.exec(rest)
      if (match === null) return wrong()
      const by = (match[2] as string).split(/[,\s]+/).map(Number)
      draft.bounds = { delays: Number(match[1]), by, schedules: Number(match[3]) }
      return
    }
    case "cores": {
      const match = /^(\d+)( threads 2)?$/.exec(rest)
      if (match === null) return wrong()
      draft.cores = issues.integer(at, "cores", match[1] as string, 1, 8)
      draft.threadsPerCore = match[2] === undefined ? 1 : 2
      return
    }
    case "host": {
      const match = /^(\d+) pages$/.exec(rest)
      if (match === null) return wrong()
      draft.hostPages = Number(match[1])
      return
    }
    case "exchange":
      if (rest !== "share" && rest !== "borrow" && rest !== "copy") return wrong()
      draft.exchange = rest
      return
    case "domains":
      draft.domains.push(...words)
      return
    case "region":
      return parseRegion(draft, rest, at, issues)
    case "word":
      draft.words.push(...words)
      return
    case "thread":
      return parseThreads(draft, line, at, issues)
    case "final":
      draft.final.push(...words)
      return
    case "golden":
      draft.goldens.push(openGolden(rest, at, issues))
      return
    case "cite":
    case "must":
    case "may":
      return goldenLine(draft.goldens.at(-1), key, rest, at, issues)
    default:
      issues.place(at, "a key", key, Object.keys(keys))
  }
}

function parseRegion(draft: Draft, rest: string, at: number, issues: ParseIssues): void {
  const match = /^(\S+) (private|shared|exchange) of (\S+)(?: (\d+) bytes)?( packed)?$/.exec(rest)
  if (match === null) {
    issues.add(at, keys.region as string, `region ${rest}`, "Write the line as shown.")
    return
  }
  const [, name = "", kind = "", owner = "", bytes, packed] = match
  draft.regions.push({
    name,
    kind: RegionKind[kind as keyof typeof RegionKind],
    owner: Math.max(0, issues.place(at, "a domain", owner, draft.domains)),
    bytes: bytes === undefined ? REGION : issues.integer(at, "bytes", bytes, 1, 16 * PAGE),
    packed: packed !== undefined
  })
}

function parseThreads(draft: Draft, line: string, at: number, issues: ParseIssues): void {
  for (const cell of line.split("|")) {
    const match = /^thread (\S+) in (\S+)(?: on (\d+))?$/.exec(cell.trim().replace(/\s+/g, " "))
    if (match === null) {
      issues.add(at, keys.thread as string, cell.trim(), "Write one such cell per column.")
      continue
    }
    const [, name = "", domain = "", on] = match
    draft.threads.push({
      name,
      domain: Math.max(0, issues.place(at, "a domain", domain, draft.domains)),
      on: on === undefined ? undefined : Number(on),
      steps: []
    })
  }
}

function parseRow(draft: Draft, line: string, at: number, issues: ParseIssues): void {
  const cells = line.split("|").map((cell) => cell.trim())
  if (cells.length > draft.threads.length)
    issues.add(at, `at most ${draft.threads.length} cells`, `${cells.length}`, "Declare a thread for each column.")
  cells.forEach((cell, column) => {
    if (cell === "") return
    const step = parseStep(cell, at, draft, issues)
    if (step !== undefined) draft.threads[column]?.steps.push(step)
  })
}

function finished(draft: Draft, issues: ParseIssues): LitmusTest {
  for (const key of ["name", "family", "shows"] as const)
    if (draft[key] === "")
      issues.add(1, `a line "${key === "name" ? "litmus" : key} ..."`, "none", "Every test says it at its head.")
  if (draft.threads.length === 0) issues.add(1, keys.thread as string, "none", "Write a column for each thread.")
  if (draft.final.length === 0) issues.add(1, keys.final as string, "none", "Say what is looked at behind the columns.")
  const final = draft.final.map((label) => observableOf(draft, label, issues))
  const goldens = draft.goldens.map((golden) => closeGolden(golden, draft.final, issues))
  if (goldens.length === 0) issues.add(1, keys.golden as string, "none", "Say what an architecture allows, and where.")
  issues.settle()
  return { ...draft, file: issues.file, threads: draft.threads as ReadonlyArray<LitmusThread>, final, goldens }
}

function observableOf(draft: Draft, label: string, issues: ParseIssues): Observable {
  const inBrackets = /^\[(\S+)\]$/.exec(label)
  if (inBrackets !== null) {
    const word = issues.place(1, "a word", inBrackets[1] as string, draft.words)
    return { kind: "word", label: inBrackets[1] as string, word }
  }
  const inAngles = /^<(\S+)>$/.exec(label)
  if (inAngles !== null) {
    const verdict = issues.place(1, "a verdict", inAngles[1] as string, verdictNames)
    return { kind: "verdict", label: inAngles[1] as string, verdict }
  }
  const places = draft.threads.flatMap(({ steps }, thread) =>
    steps.flatMap((step, at) => (step.label === label ? [{ thread, at, verb: step.verb }] : []))
  )
  if (places.length !== 1)
    issues.add(1, `one step "... as ${label}"`, `${places.length} of them`, "Give each label to one step.")
  const [first = { thread: 0, at: 0, verb: "load" }] = places
  const kind = first.verb === "read" || first.verb === "read-acquire" ? "read" : "access"
  return { kind, label, thread: first.thread, step: first.at }
}

function closeGolden(golden: OpenGolden, final: ReadonlyArray<string>, issues: ParseIssues): Golden {
  const labels = final.map((label) => label.replace(/^[[<]|[\]>]$/g, ""))
  const { cites, config, line, machine, may, mechanisms, must } = golden
  if (cites.length === 0) issues.add(line, "a line `cite SECTION`", "none", "Name the manual's section or the rule.")
  if (must.length + may.length === 0) issues.add(line, "a line `must` or `may`", "none", "Say what is allowed.")
  for (const { at, text } of [...must, ...may]) {
    const named = text.split(" ").map((word) => word.split("=")[0])
    if (text !== "refused" && named.join(" ") !== labels.join(" "))
      issues.add(at, labels.map((label) => `${label}=VALUE`).join(" "), text, "Give every label a value, in order.")
  }
  const texts = (lines: ReadonlyArray<{ readonly text: string }>) => lines.map(({ text }) => text)
  return { mechanisms, config, machine, cites: cites.join("; "), must: texts(must), may: texts(may) }
}
