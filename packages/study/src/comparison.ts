/**
 * What a comparison comes to: a row per run and the refusals. It is what the command line prints as JSON, and all
 * that plots, tables and reports read. Law: a run is judged against `none` on the same machine and as many cores.
 */

/** One simulated run. */
export interface ComparisonRun {
  readonly mechanism: string
  /** Exchange policy: share, borrow, move, copy. */
  readonly exchange: string
  readonly cores: number
  readonly machine: string
  /** The mechanism doesn't exist on that machine, or the instruction stream is another architecture's. */
  readonly hypothetical: boolean
  readonly cycles: number
  /** Instructions of the program. */
  readonly instructions: number
  /** Instructions beside the program's: gates, exchanges, instrumentation, kernel. */
  readonly addedInstructions: number
  /** Cycles against those of `none`, less one, in percent. */
  readonly overheadPercent: number
  /** Changes of domain from one instruction to the next of the same thread. */
  readonly crossings: number
  /** Calls into another domain by the call stack; each is an invocation once it returns. */
  readonly activations: number
  /** Cycles through the gates of an invocation, there and back; 0 where no gate was passed. */
  readonly cyclesPerInvocation: { readonly p50: number; readonly p99: number }
  readonly bytesExchanged: number
  /** Deliveries to hardware threads. */
  readonly interrupts: number
  /** Bytes x cycles reachable beyond intent. */
  readonly exposureByteCycles: number
  /** Whether register dependences were decoded from the program or stand in by a model. */
  readonly dependences: "decoded" | "assumed"
  /** Dispatch slots by cause; they add up to cycles x slotsPerCycle. */
  readonly slots: Readonly<Record<string, number>>
  /** Dispatch width x hardware threads used. */
  readonly slotsPerCycle: number
  readonly simulatedAccesses: number
  readonly wallSeconds: number
  /** The folder of the run's Arrow tables. */
  readonly traceDir: string
}

/** A combination that a mechanism can't express. */
export interface Refusal {
  readonly mechanism: string
  readonly exchange: string
  readonly reason: string
}

export interface Comparison {
  readonly runs: ReadonlyArray<ComparisonRun>
  readonly refused: ReadonlyArray<Refusal>
}

/** The mechanism that isolates nothing: the denominator. */
export const BASELINE = "none"

/** The runs of mechanisms, without those of `none`. */
export const isolatedRuns = (comparison: Comparison): ReadonlyArray<ComparisonRun> =>
  comparison.runs.filter((run) => run.mechanism !== BASELINE)

/** The run of `none` on the same machine and as many cores, if the comparison has it. */
export const baselineOf = (comparison: Comparison, run: ComparisonRun): ComparisonRun | undefined =>
  comparison.runs.find(
    (other) => other.mechanism === BASELINE && other.machine === run.machine && other.cores === run.cores
  )

/** The core counts of a comparison, least first. */
export const coreCounts = (comparison: Comparison): ReadonlyArray<number> =>
  [...new Set(comparison.runs.map((run) => run.cores))].sort((x, y) => x - y)

/** "1 core", "4 cores". */
export const coresText = (cores: number): string => (cores === 1 ? "1 core" : `${cores} cores`)

/**
 * What a run is called beside others with as many cores: mechanism and policy, with the machine where the
 * comparison has the same pair on several. `none` has a machine and no policy.
 */
export function runName(comparison: Comparison, run: ComparisonRun): string {
  const same = (other: ComparisonRun): boolean =>
    other.mechanism === run.mechanism && (run.mechanism === BASELINE || other.exchange === run.exchange)
  const machines = new Set(comparison.runs.filter(same).map((other) => other.machine))
  const parts = [run.mechanism]
  if (run.mechanism !== BASELINE) parts.push(run.exchange)
  if (machines.size > 1) parts.push(run.machine)
  return parts.join(" · ")
}

/** Runs in the order of tables and figures: by cores, then machine and mechanism as they first occur, `none` first. */
export function orderedRuns(comparison: Comparison): ReadonlyArray<ComparisonRun> {
  const place = (values: ReadonlyArray<string>): ReadonlyMap<string, number> =>
    new Map([...new Set(values)].map((value, i) => [value, i]))
  const machines = place(comparison.runs.map((run) => run.machine))
  const mechanisms = place([BASELINE, ...comparison.runs.map((run) => run.mechanism)])
  const key = (run: ComparisonRun): ReadonlyArray<number> => [
    run.cores,
    machines.get(run.machine) ?? 0,
    mechanisms.get(run.mechanism) ?? 0
  ]
  return [...comparison.runs].sort((x, y) => {
    const other = key(y)
    return key(x).reduce((order, value, i) => order || value - (other[i] ?? 0), 0)
  })
}
