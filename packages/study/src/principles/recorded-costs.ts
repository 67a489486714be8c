/**
 * What each variant costs a recorded program, and what it leaves reachable: one core, every exchange policy that the
 * variant can express. Law: a run is judged against `none` on the same machine.
 */
import type { Cause } from "@isolde/core/processor/cause"
import { compare } from "../compare/compare.ts"
import { shortText } from "../compare/mechanisms-by-text.ts"
import type { CompareRequest } from "../compare/request.ts"
import { BASELINE, baselineOf, type Comparison, type ComparisonRun, isolatedRuns } from "../comparison.ts"
import type { MakeOptions } from "../validate/make-runs.ts"

/** A recorded program and what of it is isolated. */
export type RecordedProgram = Pick<CompareRequest, "recording" | "isolate" | "shared">

/** A variant on the recorded program under one exchange policy. */
export interface RecordedCost {
  readonly exchange: string
  /** Cycles against those of `none`, less one, in percent. */
  readonly overheadPercent: number
  /** Dispatch slots of instrumentation in percent of all slots of `none`. */
  readonly instrumentationPercent: number
  /** More slots than in `none` of gates, copies, retags, sweeps and the kernel, and of what they wait for, in percent of all slots of `none`. */
  readonly crossingPercent: number
  /** Bytes x cycles reachable beyond intent. */
  readonly exposureByteCycles: number
}

/** Causes that only crossings and changes of rights have. */
const crossing = [
  "gate",
  "registerSave",
  "copy",
  "retag",
  "sweep",
  "kernel",
  "serialise",
  "interrupt",
  "lockWait",
  "revocationWait"
] satisfies ReadonlyArray<keyof typeof Cause>

/** Costs by variant. Rejects with InvalidInput, InvalidRecording, or the signal's reason. */
export async function recordedCosts(
  program: RecordedProgram,
  variants: ReadonlyArray<string>,
  { signal, threads }: MakeOptions = {}
): Promise<ReadonlyMap<string, ReadonlyArray<RecordedCost>>> {
  const request = { ...program, mechanisms: [BASELINE, ...variants], exchange: ["share", "borrow", "copy"] }
  const comparison = await compare({ ...request, cores: [1], seed: 1, threads }, { signal })
  return new Map(
    variants.map((text) => [
      text,
      isolatedRuns(comparison)
        .filter(({ mechanism }) => mechanism === shortText(text))
        .map((run) => costOf(run, comparison))
    ])
  )
}

function costOf(run: ComparisonRun, comparison: Comparison): RecordedCost {
  const { exchange, exposureByteCycles, overheadPercent, slots } = run
  const none = baselineOf(comparison, run)
  const all = none === undefined ? Number.NaN : none.cycles * none.slotsPerCycle
  const instrumentationPercent = (100 * (slots.instrumentation ?? 0)) / all
  const added = crossing.reduce((sum, cause) => sum + (slots[cause] ?? 0) - (none?.slots[cause] ?? 0), 0)
  const crossingPercent = (100 * added) / all
  return { exchange, overheadPercent, instrumentationPercent, crossingPercent, exposureByteCycles }
}
