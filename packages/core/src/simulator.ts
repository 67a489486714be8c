/**
 * Runs with traces on disk: `simulate`, synchronous, and `Simulator.run`, the same as an Effect with progress
 * and interruption. A ModelDefect stays a defect; what the user can do something about is typed.
 */
import { Context, Effect, Layer } from "effect"
import { MECHANISM_API } from "./mechanism.ts"
import { InvalidScenario } from "./scenario/invalid-scenario.ts"
import type { Progress } from "./scenario/run.ts"
import { Exhausted } from "./scenario/run.ts"
import { Scenario, type ScenarioInput } from "./scenario/scenario.ts"
import { DEFAULT_TABLES } from "./scenario/tables.ts"
import { begin, type Run, type Session, type SimulateOptions } from "./simulate.ts"
import { type ArrowFolder, arrowFolder } from "./trace/arrow/arrow-folder.ts"
import { TraceFailed } from "./trace/arrow/trace-failed.ts"
import { tableSchemas } from "./trace/table-schema.ts"

export interface RunOptions extends Omit<SimulateOptions, "sink"> {
  /** Folder for the run's tables; no trace without it. */
  readonly trace?: string
}

/** Where traces go. */
export class TraceStore extends Context.Service<
  TraceStore,
  {
    readonly open: (
      path: string,
      names: Parameters<typeof arrowFolder>[1],
      tables: Parameters<typeof arrowFolder>[2]
    ) => ArrowFolder
  }
>()("@isolde/core/TraceStore") {}

/** Traces as folders of Arrow files. */
export const arrowTraceStore: Layer.Layer<TraceStore> = Layer.succeed(TraceStore)({ open: arrowFolder })

/** Run `input` to its end. Throws InvalidScenario, Exhausted, TraceFailed, or a ModelDefect. */
export function simulate(input: ScenarioInput, options: RunOptions = {}): Run {
  const traced = open(Scenario.make(input), options, arrowFolder)
  try {
    for (;;) {
      const run = traced.session.slice()
      if (run !== undefined) return traced.finish(run)
    }
  } catch (failure) {
    traced.abandon()
    throw failure
  }
}

export const Simulator = {
  /** The same as an Effect: yields between slices, so that it can be interrupted; the trace then ends at its last batch. */
  run: (
    input: ScenarioInput,
    options: RunOptions = {}
  ): Effect.Effect<Run, InvalidScenario | Exhausted | TraceFailed, TraceStore> =>
    Effect.gen(function* () {
      const store = yield* TraceStore
      const scenario = yield* attempt(() => Scenario.make(input))
      const traced = yield* attempt(() => open(scenario, options, store.open))
      const slices = Effect.gen(function* () {
        for (;;) {
          const run = yield* attempt(() => traced.session.slice())
          if (run !== undefined) return yield* attempt(() => traced.finish(run))
          yield* Effect.yieldNow
        }
      })
      return yield* Effect.onExit(slices, (exit) =>
        Effect.sync(() => (exit._tag === "Success" ? undefined : traced.abandon()))
      )
    })
}

export type { Progress }

interface Traced {
  readonly session: Session
  readonly finish: (run: Run) => Run
  readonly abandon: () => void
}

function open(scenario: Scenario, options: RunOptions, openFolder: typeof arrowFolder): Traced {
  const { trace, ...rest } = options
  if (trace === undefined) return { session: begin(scenario, rest), finish: (run) => run, abandon: () => undefined }
  const tables = (options.tables ?? DEFAULT_TABLES).map((name) => tableSchemas[name])
  let folder: ArrowFolder | undefined
  const session = begin(scenario, {
    ...rest,
    sink: (names) => {
      folder = openFolder(trace, names, tables)
      return folder
    }
  })
  const started = new Date().toISOString()
  return {
    session,
    finish: (run) => {
      folder?.close(recordOf(scenario, run, started))
      return run
    },
    abandon: () => folder?.abandon()
  }
}

/** What run.json says. Versions, times and paths live only there. */
function recordOf(scenario: Scenario, run: Run, started: string): Record<string, unknown> {
  return {
    format: "isolde-trace",
    api: MECHANISM_API,
    started,
    ended: new Date().toISOString(),
    node: process.version,
    scenario: Scenario.encode(scenario),
    hypothetical: scenario.hypothetical,
    summary: run.summary
  }
}

function attempt<A>(action: () => A): Effect.Effect<A, InvalidScenario | Exhausted | TraceFailed> {
  return Effect.suspend(() => {
    try {
      return Effect.succeed(action())
    } catch (failure) {
      const known = failure instanceof InvalidScenario || failure instanceof Exhausted || failure instanceof TraceFailed
      return known ? Effect.fail(failure) : Effect.die(failure)
    }
  })
}
