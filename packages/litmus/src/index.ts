/** Litmus tests of isolation: the text format, the explorer, the suite. */
export { type Exploration, explore } from "./explore.ts"
export { judge, type LitmusRow } from "./judge.ts"
export type { Bounds, Golden, LitmusTest } from "./litmus-test.ts"
export type { Mutant } from "./mutant.ts"
export { type Observed, type PreparedRun, prepare, type Subject } from "./observed-run.ts"
export { parseLitmus } from "./parse-litmus.ts"
export type { Delay } from "./schedule.ts"
export { type MechanismValue, runSuite, type SuiteOptions, shippedTests, subjectsOf } from "./suite.ts"
