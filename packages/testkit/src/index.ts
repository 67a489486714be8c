/** The mechanism contract, tiny machines and programs in code for testing Isolde's packages. */
export { type ContractOptions, describeCombination, describeMechanism } from "./contract/describe-mechanism.ts"
export { describeEveryVerb, type EveryVerbOptions } from "./contract/every-verb.ts"
export { columnOf, type ObservedRun, observe } from "./contract/observed-run.ts"
export {
  holderOf,
  Pointers,
  type RuledAccess,
  type RuledThread,
  type Standing
} from "./contract/ruled-thread.ts"
export { describeDocuments, type Rules } from "./describe-documents.ts"
export { type DrawnRange, type DrawnStep, drawnSteps } from "./drawn-steps.ts"
export {
  durations,
  fastestInvocation,
  invocations,
  privateOf,
  programRunner,
  type RunnerOptions
} from "./program-runner.ts"
export {
  type PlacedRegion,
  type Program,
  type ProgramMemory,
  type ProgramRegion,
  type ProgramThread,
  programWorkload
} from "./program-workload.ts"
export { type Overrides, type TinyMachineOptions, tinyMachine } from "./tiny-machine.ts"
