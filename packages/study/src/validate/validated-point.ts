/** A published number beside the simulated one. */
import type { Kind } from "./kind.ts"

export type Status = "pass" | "fail" | "known-gap" | "inexpressible"

/** A point as it came out. What doesn't apply is null. */
export interface ValidatedPoint {
  readonly id: string
  readonly source: string
  readonly figure: string
  readonly kind: Kind | null
  /** The number; the cell's text where nothing is simulated. */
  readonly published: number | string
  readonly simulated: number | null
  readonly unit: string
  readonly errorPercent: number | null
  readonly tolerancePercent: number | null
  readonly status: Status
  /** Why it is a known gap, can't be expressed, or has no number. */
  readonly reason?: string
  /** Machine of its runs. */
  readonly machine?: string
}
