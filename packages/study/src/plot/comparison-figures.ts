/** The figures of a comparison, in the order in which a report shows them. */
import type { Comparison } from "../comparison.ts"
import { accountingFigure } from "./accounting.ts"
import { costExposureFigure } from "./cost-exposure.ts"
import type { Figure } from "./figure.ts"
import { invocationCyclesFigure } from "./invocation-cycles.ts"
import { overheadFigure } from "./overhead.ts"

/** All figures of a comparison. */
export const comparisonFigures = (comparison: Comparison): ReadonlyArray<Figure> => [
  overheadFigure(comparison),
  accountingFigure(comparison),
  invocationCyclesFigure(comparison),
  costExposureFigure(comparison)
]
