/** Comparisons, sweeps, validation, reports and plots for Isolde. */
export { type BenchOptions, type BenchOutcome, bench, type UnderWay } from "./bench/bench.ts"
export { benchText } from "./bench/bench-text.ts"
export { type BenchResult, type Part, parts } from "./bench/figures.ts"
export {
  type CompareOptions,
  type CompareProgress,
  type ComparisonOutcome,
  compare,
  comparisonJson,
  type FailedRun
} from "./compare/compare.ts"
export { mechanismByName, mechanismNames } from "./compare/mechanism-by-name.ts"
export type { PlannedRun } from "./compare/plan.ts"
export type { CompareRequest } from "./compare/request.ts"
export type { Comparison, ComparisonRun, Refusal } from "./comparison.ts"
export { experimentsText, experimentText } from "./experiment/experiment-text.ts"
export {
  type ExperimentRequest,
  type ExperimentRun,
  type ExperimentStudy,
  listedExperiments,
  studyExperiment
} from "./experiment/study-experiment.ts"
export { growthFigures, growthPage, growthText } from "./growth/growth-shown.ts"
export type { GrowthRange } from "./growth/growth-tables.ts"
export { type GrowthStudy, type StudyGrowthOptions, studyGrowth } from "./growth/study-growth.ts"
export { machineFigures } from "./machine/machine-figures.ts"
export { machinePage } from "./machine/machine-page.ts"
export { machineText } from "./machine/machine-text.ts"
export {
  type FilledTable,
  type MachineStudy,
  type ShownTable,
  type StudyMachineOptions,
  studyMachine
} from "./machine/study-machine.ts"
export { comparisonFigures } from "./plot/comparison-figures.ts"
export type { Figure, Plot } from "./plot/figure.ts"
export { principlesText } from "./principles/principles-text.ts"
export { type PrinciplesStudy, type StudyPrinciplesOptions, studyPrinciples } from "./principles/study-principles.ts"
export { accountingTable } from "./report/accounting-table.ts"
export { comparisonTable } from "./report/comparison-table.ts"
export { type ReportContext, type ReportInput, reportPage } from "./report/report-page.ts"
export { ReportFailed, tryReport, writeReport } from "./report/write-report.ts"
export { RunFailed } from "./threads/failure.ts"
export { type ValidateOptions, type Validation, validate, validationJson } from "./validate/validate.ts"
export type { ValidatedPoint } from "./validate/validated-point.ts"
export { validationTable } from "./validate/validation-table.ts"
