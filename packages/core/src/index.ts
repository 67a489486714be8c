/** The kernel, the machine parts, the isolation interface, scenarios and traces of Isolde. */
export { type InputIssue, InvalidInput } from "./invalid-input.ts"
export { type OperationRecord, type OperationScript, operationScript, Verb } from "./isolation/operation-script.ts"
export { type RegionDefinition, RegionKind } from "./isolation/regions.ts"
export { Clock, type RequestRows } from "./isolation/requests.ts"
export { Right, type Rights } from "./isolation/rights.ts"
export {
  type Demand,
  type OperationName,
  operationNames,
  type RevocationScope,
  type Traits
} from "./isolation/traits.ts"
export type { Exchange, Instrumentation, MachineParts, ProtectionUnit, RightsHolder } from "./isolation/unit.ts"
export { ModelDefect } from "./kernel/model-defect.ts"
export { appleM1 } from "./machines/apple-m1.ts"
export { broadwellEp, broadwellEp10 } from "./machines/broadwell-ep.ts"
export { machineByName, machineNames } from "./machines/catalogue.ts"
export { cortexX3 } from "./machines/cortex-x3.ts"
export { haswellEp, haswellEp10 } from "./machines/haswell-ep.ts"
export { iceLakeSp } from "./machines/ice-lake-sp.ts"
export { ivyBridge, ivyBridgeEx } from "./machines/ivy-bridge.ts"
export { listParameters, type Machine, type MachineOptions } from "./machines/machine.ts"
export { morello, neoverseN1 } from "./machines/neoverse-n1.ts"
export { sapphireRapids } from "./machines/sapphire-rapids.ts"
export { skylakeSp } from "./machines/skylake-sp.ts"
export { tigerLake } from "./machines/tiger-lake.ts"
export { zen3 } from "./machines/zen-3.ts"
export { zen5 } from "./machines/zen-5.ts"
export {
  defineMechanism,
  type ListedChoice,
  listChoices,
  listQuantities,
  type Mechanism,
  type MechanismInstance
} from "./mechanism.ts"
export { choice, quantity } from "./quantity.ts"
export type { DecodeParts, MechanismDecoder } from "./scenario/decode-scenario.ts"
export { InvalidScenario } from "./scenario/invalid-scenario.ts"
export { Exhausted, type Progress } from "./scenario/run.ts"
export { type EncodedScenario, Scenario, type ScenarioInput } from "./scenario/scenario.ts"
export type { Summary } from "./scenario/summary.ts"
export type { Placement, ThreadPlan, Workload, WorkloadDecoder } from "./scenario/workload.ts"
export type { Run } from "./simulate.ts"
export { arrowTraceStore, type RunOptions, Simulator, simulate, TraceStore } from "./simulator.ts"
export { openTrace } from "./trace/arrow/open-trace.ts"
export { recoverTrace } from "./trace/arrow/recover-trace.ts"
export { TraceFailed } from "./trace/arrow/trace-failed.ts"
