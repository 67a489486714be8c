/**
 * One run of a recording, from its plan to its row.
 * Law (SL1, once more at the boundary): the slots of a row add up to its cycles x slotsPerCycle, exactly.
 */
import { ModelDefect, machineByName, simulate } from "@isolde/core"
import { type TableName, tableSchemas } from "@isolde/core/trace/table-schema"
import { type RecordingWorkload, readRecording, recordingWorkload } from "@isolde/workloads"
import { BASELINE } from "../comparison.ts"
import { mechanismsByText, shortText } from "./mechanisms-by-text.ts"
import type { RunResult, RunTask, Setting } from "./setting.ts"

/** Makes the workload of a policy once, whoever asks for it. */
export type WorkloadOf = (exchange: RunTask["exchange"]) => Promise<RecordingWorkload>

/** The workloads of a setting's recording, which is read once. */
export function workloadsOf(setting: Setting): WorkloadOf {
  const { isolate, shared } = setting
  const made = new Map<RunTask["exchange"], Promise<RecordingWorkload>>()
  const reading = readRecording(setting.recording)
  // Who awaits a workload hears of the failure; nobody may await one.
  reading.catch(() => undefined)
  return (exchange) => {
    const known = made.get(exchange)
    if (known !== undefined) return known
    const making = reading.then((recording) => recordingWorkload(recording, { isolate, shared, exchange }))
    made.set(exchange, making)
    return making
  }
}

/** Every table, `messages` too: a recording's runs have few enough of them. */
const tables = Object.keys(tableSchemas) as ReadonlyArray<TableName>

/** Simulate. Rejects with what `simulate` throws, and with InvalidInput, InvalidRecording. */
export async function executeRun(
  setting: Setting,
  workloadOf: WorkloadOf,
  task: RunTask,
  onProgress: (share: number) => void
): Promise<RunResult> {
  const { cores, exchange, machine, machineCores, mechanism, traceDir } = task
  const instances = mechanism === BASELINE ? [] : await mechanismsByText(mechanism)
  const workload = await workloadOf(exchange)
  const began = performance.now()
  const { scenario, summary } = simulate(
    {
      machine: machineByName(machine)({ cores: machineCores }),
      mechanisms: instances,
      workload,
      workers: cores,
      seed: setting.seed,
      runAhead: setting.runAhead
    },
    { ...(traceDir === undefined ? {} : { trace: traceDir, tables }), onProgress: ({ done }) => onProgress(done) }
  )
  const row: RunResult = {
    mechanism: shortText(mechanism),
    exchange,
    cores,
    machine,
    hypothetical: scenario.hypothetical,
    cycles: summary.cycles,
    instructions: summary.instructions,
    addedInstructions: summary.addedInstructions,
    crossings: workload.crossings * cores,
    activations: workload.activations * cores,
    cyclesPerInvocation: summary.cyclesPerInvocation,
    bytesExchanged: summary.bytesCopied + summary.bytesMoved,
    interrupts: summary.interrupts,
    exposureByteCycles: summary.exposureByteCycles,
    dependences: workload.dependences,
    slots: summary.slots,
    slotsPerCycle: summary.slotsPerCycle,
    simulatedAccesses: summary.simulatedAccesses,
    wallSeconds: (performance.now() - began) / 1000,
    traceDir: traceDir ?? ""
  }
  requireWholeSlots(row)
  return row
}

function requireWholeSlots({ cycles, mechanism, slots, slotsPerCycle }: RunResult): void {
  const sum = Object.values(slots).reduce((total, count) => total + count, 0)
  if (sum !== cycles * slotsPerCycle) {
    const expected = `${cycles} cycles x ${slotsPerCycle} slots`
    throw new ModelDefect("SL1", `the slots of ${mechanism} add up to ${sum}, not to ${expected}`)
  }
}
