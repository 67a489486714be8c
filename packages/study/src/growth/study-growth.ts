/**
 * `isolde study growth`: how the simulator's cost grows with cores, footprint and domains, on this computer.
 * Law: every measurement is made in a fresh process, one process at a time; medians of the rounds are reported.
 */
import { rejectIssues, shown } from "@isolde/core/invalid-input"
import { type Figures, median } from "../bench/figures.ts"
import { measuredBy, programBeside } from "../bench/fresh-process.ts"
import type { ShownTable } from "../machine/study-machine.ts"
import { type GrowthAxis, type GrowthRange, growthAxes, growthRange, startUp } from "./growth-tables.ts"
import type { Growing, Grown } from "./measure-growth.ts"

const program = programBeside("growth-process", import.meta.url)

export interface GrowthStudy {
  /** Rates and memory, against cores, footprint and domains. */
  readonly tables: ReadonlyArray<ShownTable>
  /**
   * `start_16`: milliseconds of start-up at 16 cores. `megabytes_per_core`: of each core more. `megabytes_per_gigabyte`:
   * of each GB of footprint more, touched whole; `_sparse`: touched by 1 %. A figure whose places weren't measured is missing.
   */
  readonly figures: Figures
  /** Measurements that failed, with what they said. */
  readonly failed: ReadonlyArray<string>
}

export interface StudyGrowthOptions {
  /** Rounds of every measurement; default 5. */
  readonly rounds?: number
  readonly range?: GrowthRange
  readonly onProgress?: (done: number, total: number) => void
  /** Ends the measurement under way. */
  readonly signal?: AbortSignal
}

/** Rejects with InvalidInput for no rounds. */
export async function studyGrowth(options: StudyGrowthOptions = {}): Promise<GrowthStudy> {
  const { onProgress, range = growthRange, rounds = 5, signal } = options
  if (rounds < 1) {
    const remedy = "Leave it out for five."
    rejectIssues([{ path: "rounds", expected: "a whole number of at least 1", actual: shown(rounds), remedy }])
  }
  const axes = growthAxes(range)
  const wanted = new Map<string, Growing>()
  const all = [startUp, ...axes.flatMap(({ lines }) => lines.flatMap(({ measured }) => measured))]
  for (const growing of all) if (growing !== undefined) wanted.set(JSON.stringify(growing), growing)
  const samples = new Map<string, Array<Grown>>([...wanted.keys()].map((key) => [key, []]))
  const failed = new Set<string>()
  const refused = new Set<string>()
  for (let done = 0; done < rounds * wanted.size; done++) {
    signal?.throwIfAborted()
    onProgress?.(done, rounds * wanted.size)
    const key = [...wanted.keys()][done % wanted.size] as string
    if (refused.has(key)) continue
    const grown = await measured(key, signal).catch((cause: unknown) => {
      signal?.throwIfAborted()
      return failed.add(`${key}: ${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}`)
    })
    if (grown === null) refused.add(key)
    else if ("rate" in grown) samples.get(key)?.push(grown)
  }
  const read = (growing: Growing | undefined, pick: (grown: Grown) => number): number | null => {
    const found = growing === undefined ? [] : (samples.get(JSON.stringify(growing)) ?? [])
    return found.length === 0 ? null : median(found.map(pick))
  }
  return { tables: axes.flatMap((axis) => tablesOf(axis, read)), figures: figuresOf(axes, read), failed: [...failed] }
}

async function measured(key: string, signal: AbortSignal | undefined): Promise<Grown | null> {
  return (await measuredBy(program, [key], signal)) as Grown | null
}

type Read = (growing: Growing | undefined, pick: (grown: Grown) => number) => number | null

const rateOf = ({ rate }: Grown): number => rate
const megabytesOf = ({ megabytes }: Grown): number => megabytes

function tablesOf(axis: GrowthAxis, read: Read): ReadonlyArray<ShownTable> {
  const table = (kind: string, title: string, unit: string, pick: (grown: Grown) => number): ShownTable => ({
    id: `${kind}-${axis.id}`,
    title: `${title} against ${axis.xLabel}`,
    caption: axis.caption,
    xLabel: axis.xLabel,
    xText: axis.xText,
    x: axis.x,
    logX: true,
    logY: true,
    unit,
    series: axis.lines.map(({ measured: places, name }) => ({ name, values: places.map((each) => read(each, pick)) }))
  })
  return [
    table("rate", "Simulated accesses per second", "M/s", rateOf),
    table("memory", "Memory of the built machine after its run", "MB", megabytesOf)
  ]
}

/** What is derived from the ends of the lines. */
function figuresOf(axes: ReadonlyArray<GrowthAxis>, read: Read): Figures {
  const slope = (id: string, line: number, unit: number): number | undefined => {
    const axis = axes.find((each) => each.id === id)
    const places = (axis?.lines[line]?.measured ?? []).flatMap((each, i) => {
      const megabytes = read(each, megabytesOf)
      return megabytes === null ? [] : [{ x: (axis?.x[i] ?? 0) / unit, megabytes }]
    })
    const [first, last] = [places[0], places.at(-1)]
    return first === undefined || last === undefined || first.x === last.x
      ? undefined
      : (last.megabytes - first.megabytes) / (last.x - first.x)
  }
  const figures = {
    start_16: read(startUp, ({ startMilliseconds }) => startMilliseconds) ?? undefined,
    megabytes_per_core: slope("cores", 0, 1),
    megabytes_per_gigabyte: slope("footprint", 0, 2 ** 30),
    megabytes_per_gigabyte_sparse: slope("footprint", 1, 2 ** 30)
  }
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )
}
