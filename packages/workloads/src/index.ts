/** Recorded programs, programs in code and published experiments for Isolde. */
export { experimentByName, experiments } from "./experiments/catalogue.ts"
export { experimentWorkloads } from "./experiments/decode-experiment.ts"
export type { AnyExperiment, Experiment, Parameters, Reading } from "./experiments/experiment.ts"
export { experimentOf, parameterIssues } from "./experiments/experiment-of.ts"
export type { Rule, Rules } from "./experiments/parameter-rule.ts"
export { Code } from "./programs/code.ts"
export { type CodeProgram, codeWorkload } from "./programs/code-workload.ts"
export {
  type Activations,
  isEnter,
  neverLeft,
  SwitchKind
} from "./recording/activations.ts"
export { blockDomains, flatCrossings } from "./recording/crossings.ts"
export { followActivations } from "./recording/follow-activations.ts"
export {
  type ImportOptions,
  type ImportProgress,
  importRecording,
  importRecordingEffect
} from "./recording/import-recording.ts"
export { InvalidRecording } from "./recording/invalid-recording.ts"
export {
  applicationDomain,
  type IsolationPolicy,
  type ResolvedPolicy,
  resolvePolicy,
  sharedDomain
} from "./recording/policy.ts"
export {
  AccessKind,
  bitsPerRegister,
  type ImportNotes,
  InstructionClass,
  maximumBlockLength,
  PageKind,
  pageBytes,
  type RecordedObject,
  type Recording,
  registerCount,
  registersPerField
} from "./recording/recording.ts"
export { readRecording, writeRecording } from "./recording/recording-file.ts"
export { packRegisters, unpackRegisters } from "./recording/registers.ts"
export { recordedWorkloads } from "./replay/decode-recording.ts"
export {
  type RecordingWorkload,
  type RecordingWorkloadOptions,
  recordingWorkload
} from "./replay/recording-workload.ts"
