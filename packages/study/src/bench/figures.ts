/**
 * The figures of a benchmark: what each is called, in which unit, and what it is paired with.
 * Law: a figure is measured in a fresh process, in rounds that take turns with its baseline; medians are reported.
 */

/** One measurement of one round. */
export type Sample = Readonly<Record<string, number>>

/** Figures by name; `_baseline` and `_ratio` stand beside a figure that has a baseline. */
export type Figures = Readonly<Record<string, number>>

/** What `isolde bench` measures, by part. */
export interface BenchResult {
  /** Million events per second through the kernel. */
  readonly engine: Figures
  /** Million simulated accesses per second. */
  readonly memory: Figures
  /** Million simulated instructions per second. */
  readonly recordings: Figures
  /** Million simulated accesses per second with a mechanism, and without. */
  readonly hooks: Figures
  /** Cost of looking. */
  readonly traces: Figures
}

export type Part = keyof BenchResult

export const parts: ReadonlyArray<Part> = ["engine", "memory", "recordings", "hooks", "traces"]

/** The middle of the samples, the mean of the two middle ones if their number is even. */
export function median(samples: ReadonlyArray<number>): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Median of every name that the samples have. */
export function medians(samples: ReadonlyArray<Sample>): Figures {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))]
  return Object.fromEntries(
    names.map((name) => [name, median(samples.flatMap((sample) => (name in sample ? [sample[name] as number] : [])))])
  )
}
