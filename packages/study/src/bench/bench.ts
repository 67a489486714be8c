/**
 * The benchmark: every figure in fresh processes, in rounds that take turns with the baselines.
 * Law: a ratio is the median of the ratios of its rounds, because a shared machine changes its speed between rounds.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type InputIssue, nearest, rejectIssues, shown } from "@isolde/core/invalid-input"
import { mechanismNames } from "../compare/mechanism-by-name.ts"
import { addressStreams, type StreamKind } from "./address-streams.ts"
import { type Baselines, openBaselines } from "./baselines.ts"
import { type BenchResult, medians, type Part, parts, type Sample } from "./figures.ts"
import { measuredBy, programBeside } from "./fresh-process.ts"
import type { Delays } from "./hold-model.ts"
import { writeStreams } from "./stream-files.ts"

const program = programBeside("round", import.meta.url)

export interface BenchOptions {
  /** Folder of the C++ baselines. */
  readonly baseline?: string | undefined
  /** Rounds of each figure; default 5. */
  readonly rounds?: number | undefined
  /** Parts to measure; default all. */
  readonly parts?: ReadonlyArray<string> | undefined
  /** The recording that `recordings` and `traces` replay, imported; the other parts need none. */
  readonly recording: string
  readonly onFigure?: (under: UnderWay) => void
  /** Ends the measurement under way. */
  readonly signal?: AbortSignal
}

export interface BenchOutcome extends BenchResult {
  /** Why figures stand alone, if they do. */
  readonly alone?: string
}

/** What is being measured. */
export interface UnderWay {
  readonly part: Part
  readonly name: string
  /** From 0 on. */
  readonly round: number
  readonly rounds: number
  /** Share of the measurements that have been made. */
  readonly done: number
}

/** What measurements are made from. */
interface Sources {
  readonly recording: string
  readonly baselines: Baselines | undefined
  /** Where streams lie. */
  readonly folder: string
  readonly signal: AbortSignal | undefined
}

interface HoldFigure {
  readonly delays: Delays
  readonly pending: number
  readonly events: number
}

const engine: Readonly<Record<string, HoldFigure>> = {
  hw_1e2: { delays: "hw", pending: 1e2, events: 5e6 },
  hw_1e4: { delays: "hw", pending: 1e4, events: 5e6 },
  exp_1e2: { delays: "exp", pending: 1e2, events: 5e6 },
  exp_1e4: { delays: "exp", pending: 1e4, events: 5e6 },
  exp_1e6: { delays: "exp", pending: 1e6, events: 3e6 }
}

interface MemoryFigure {
  readonly kind: StreamKind
  readonly cores: number
  readonly accesses: number
}

/** Behind a warm-up with their beginning (memory-rate.ts). */
const memory: Readonly<Record<string, MemoryFigure>> = {
  hit_1: { kind: "hit", cores: 1, accesses: 1.5e6 },
  miss_1: { kind: "miss", cores: 1, accesses: 2e5 },
  mix_1: { kind: "mix", cores: 1, accesses: 2e5 },
  hit_16: { kind: "hit", cores: 16, accesses: 1.5e6 },
  miss_16: { kind: "miss", cores: 16, accesses: 2e5 },
  hit_64: { kind: "hit", cores: 64, accesses: 1.5e6 }
}
/** Accesses of each run in which a mechanism's check is measured. */
const CHECKED_ACCESSES = 3e5
/** Most cores whose streams the functional baseline can hold: it is given hit_1's for more. */
const BASELINE_CORES = 32

const recordings: Readonly<Record<string, readonly [mechanism: string, workers: number]>> = {
  nginx_none_1: ["none", 1],
  nginx_mpk_1: ["mpk", 1],
  nginx_mte_1: ["mte", 1],
  nginx_cheri_1: ["cheri", 1],
  nginx_mpk_16: ["mpk", 16]
}

/** Measure. Rejects with InvalidInput for unknown parts, no rounds, or a folder without baselines. */
export async function bench(options: BenchOptions): Promise<BenchOutcome> {
  const { baseline, onFigure = () => undefined, recording, rounds = 5, signal } = options
  const wanted = checkedParts(options.parts ?? parts, rounds)
  const opened = baseline === undefined ? "no --baseline folder was given" : openBaselines(baseline)
  const baselines = typeof opened === "string" ? undefined : opened
  const samples: Record<Part, Array<Sample>> = { engine: [], memory: [], recordings: [], hooks: [], traces: [] }
  const folder = mkdtempSync(join(tmpdir(), "isolde-streams-"))
  const sources = { recording, baselines, folder, signal }
  const figures = wanted.flatMap((part) =>
    Object.entries(figuresOf(part, sources)).map(([name, sample]) => ({ part, name, sample }))
  )
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [at, { name, part, sample }] of figures.entries()) {
        signal?.throwIfAborted()
        onFigure({ part, name, round, rounds, done: (round * figures.length + at) / (rounds * figures.length) })
        samples[part].push(await sample())
      }
    }
  } finally {
    baselines?.close()
    rmSync(folder, { recursive: true })
  }
  return {
    engine: medians(samples.engine),
    memory: medians(samples.memory),
    recordings: medians(samples.recordings),
    hooks: medians(samples.hooks),
    traces: medians(samples.traces),
    ...(typeof opened === "string" ? { alone: opened } : {})
  }
}

function checkedParts(wanted: ReadonlyArray<string>, rounds: number): ReadonlyArray<Part> {
  const issues: Array<InputIssue> = []
  for (const part of wanted.filter((name) => !parts.includes(name as Part))) {
    const remedy = `Nearest names: ${nearest(part, parts).join(", ")}.`
    issues.push({ path: "part", expected: `one of ${parts.join(", ")}`, actual: shown(part), remedy })
  }
  if (rounds < 1) {
    const remedy = "Leave it out for five."
    issues.push({ path: "rounds", expected: "a whole number of at least 1", actual: shown(rounds), remedy })
  }
  rejectIssues(issues)
  return wanted as ReadonlyArray<Part>
}

type Measurement = () => Promise<Sample>

function figuresOf(part: Part, sources: Sources): Record<string, Measurement> {
  const { recording, signal } = sources
  const of = <Figure>(
    figures: Readonly<Record<string, Figure>>,
    sample: (name: string, figure: Figure) => Promise<Sample>
  ) => Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, () => sample(name, figure)]))
  switch (part) {
    case "engine":
      return of(engine, (name, figure) => held(name, figure, sources))
    case "memory":
      return of(memory, (name, figure) => accessed(name, figure, sources))
    case "recordings":
      return of(recordings, async (name, [mechanism, workers]) => ({
        [name]: await fresh<number>(signal, "recording", recording, mechanism, workers)
      }))
    case "hooks":
      return {
        ...Object.fromEntries(
          mechanismNames.map((name) => [name, () => fresh<Sample>(signal, "hook", name, CHECKED_ACCESSES)])
        ),
        loaded: () => fresh<Sample>(signal, "hooks", CHECKED_ACCESSES)
      }
    case "traces":
      return { traces: () => fresh<Sample>(signal, "traces", recording) }
  }
}

async function held(
  name: string,
  { delays, events, pending }: HoldFigure,
  { baselines, signal }: Sources
): Promise<Sample> {
  const own = await fresh<number>(signal, "hold", delays, pending, events)
  if (baselines === undefined) return { [name]: own }
  const near = await baselines.hold(delays === "hw" ? "wheel" : "cal", delays, pending, events)
  const heap = await baselines.hold("pq", delays, pending, events)
  return {
    [name]: own,
    [`${name}_baseline`]: near,
    [`${name}_ratio`]: own / near,
    [`${name}_priority_queue`]: heap,
    [`${name}_priority_queue_ratio`]: own / heap
  }
}

async function accessed(
  name: string,
  { accesses, cores, kind }: MemoryFigure,
  { baselines, folder, signal }: Sources
): Promise<Sample> {
  const path = join(folder, `${kind}-${cores}`)
  if (!existsSync(path)) writeStreams(path, addressStreams(kind, cores, accesses))
  const own = await fresh<number>(signal, "memory", path, cores)
  if (baselines === undefined) return { [name]: own }
  const functional = await baselines.mesi(kind, cores > BASELINE_CORES ? 1 : cores, accesses)
  return { [name]: own, [`${name}_baseline`]: functional, [`${name}_ratio`]: own / functional }
}

/** What a process of its own measures. */
async function fresh<Measured>(
  signal: AbortSignal | undefined,
  what: string,
  ...args: ReadonlyArray<string | number>
): Promise<Measured> {
  return (await measuredBy(program, [what, ...args], signal)) as Measured
}
