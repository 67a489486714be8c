/**
 * The columns of a table of results: heading, meaning, and how a run's value is written. The terminal's table, the
 * page's table and the page's definitions are all made of these. Law: what a column means is said here and nowhere
 * else.
 */
import { BASELINE, type Comparison, type ComparisonRun } from "../comparison.ts"
import { differenceText, groupedText, siText } from "../number-text.ts"

export interface ResultColumn {
  /** Two lines at most, for narrow tables. */
  readonly heading: readonly [string, string]
  readonly meaning: string
  readonly align: "left" | "right"
  readonly text: (run: ComparisonRun, comparison: Comparison) => string
}

const NOTHING = "–"

/** Marks a hypothetical run. */
export const HYPOTHETICAL = "*"
/** Marks a run whose register dependences are a model's. */
export const ASSUMED = "~"

const isolates = (run: ComparisonRun): boolean => run.mechanism !== BASELINE
const passed = (run: ComparisonRun, cycles: number): string => (isolates(run) && cycles > 0 ? siText(cycles) : NOTHING)

/** The mechanism with its marks. */
export const markedMechanism = (run: ComparisonRun): string =>
  run.mechanism + (run.hypothetical ? HYPOTHETICAL : "") + (run.dependences === "assumed" ? ASSUMED : "")

/** `none` says of which machine it is where the comparison has several. */
function mechanismText(run: ComparisonRun, comparison: Comparison): string {
  const machines = new Set(comparison.runs.map((other) => other.machine))
  const machine = !isolates(run) && machines.size > 1 ? ` · ${run.machine}` : ""
  return markedMechanism(run) + machine
}

export const resultColumns: ReadonlyArray<ResultColumn> = [
  {
    heading: ["mechanism", ""],
    meaning: `What isolates; ${BASELINE} isolates nothing and is the denominator of its machine and cores.`,
    align: "left",
    text: mechanismText
  },
  {
    heading: ["policy", ""],
    meaning:
      "How a caller's data reaches the callee. share: both may use it, always; borrow: the caller loses it at the " +
      "call and regains it at the return; move: for good; copy: the callee gets what it reads and returns what it wrote.",
    align: "left",
    text: (run) => (isolates(run) ? run.exchange : NOTHING)
  },
  {
    heading: ["cores", ""],
    meaning: "Cores, each with one worker.",
    align: "right",
    text: (run) => String(run.cores)
  },
  {
    heading: ["overhead", ""],
    meaning: `Cycles until the last worker ends against those of ${BASELINE} with as many workers on the same machine, less one.`,
    align: "right",
    text: (run) => (isolates(run) ? differenceText(run.overheadPercent) : NOTHING)
  },
  {
    heading: ["invocations", ""],
    meaning: "Calls into another domain with their returns, over all workers, by the call stack of domains.",
    align: "right",
    text: (run) => groupedText(run.activations)
  },
  {
    heading: ["cyc/inv.", "p50"],
    meaning:
      "Median cycles of an invocation: from the dispatch of the gate's first instruction to that of the callee's " +
      "first, plus the same on the way back.",
    align: "right",
    text: (run) => passed(run, run.cyclesPerInvocation.p50)
  },
  {
    heading: ["cyc/inv.", "p99"],
    meaning: "The same, 99th percentile.",
    align: "right",
    text: (run) => passed(run, run.cyclesPerInvocation.p99)
  },
  {
    heading: ["bytes", "exchanged"],
    meaning: "Bytes that changed hands between domains: copied, or whose rights moved.",
    align: "right",
    text: (run) => (isolates(run) ? siText(run.bytesExchanged) : NOTHING)
  },
  {
    heading: ["added", "instr."],
    meaning: "Instructions executed beside the program's: gates, exchanges, instrumentation, kernel.",
    align: "right",
    text: (run) => siText(run.addedInstructions)
  },
  {
    heading: ["interrupts", ""],
    meaning: "Interrupts delivered to hardware threads; exceptions don't count.",
    align: "right",
    text: (run) => groupedText(run.interrupts)
  },
  {
    heading: ["exposure,", "B × cycles"],
    meaning:
      "Bytes × cycles that were reachable beyond intent: stale rights, rounding to the granule, shared writable " +
      "data, accesses that the mechanism doesn't govern.",
    align: "right",
    text: (run) => siText(run.exposureByteCycles)
  }
]
