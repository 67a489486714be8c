/** What a recorded program pays for: instructions beside its own on every access, or crossings and changes of rights. */
import type { JudgedClaim } from "../claim.ts"
import { verdictOf } from "../claim.ts"
import type { RecordedCost } from "../recorded-costs.ts"

const source = "ATC'24 (Limitations and Opportunities), sections 5 and 6: instrumentation of PAC and MTE"

/** Judged on the costs of `mechanism` under each policy; none without a recording. */
export function instrumentationClaim(mechanism: string, costs: ReadonlyArray<RecordedCost>): JudgedClaim {
  const cases = costs.map(({ crossingPercent, exchange, instrumentationPercent, overheadPercent }) => {
    const share = 1 - crossingPercent / overheadPercent
    return {
      at: { mechanism, exchange, recording: "nginx" },
      measured: { overheadPercent, crossingPercent, instrumentationPercent },
      value: share,
      holds: share >= 0.5
    }
  })
  return {
    id: `${mechanism}-limited-by-instructions`,
    text: `${mechanism.toUpperCase()} is limited by added instructions, not by crossings`,
    source,
    threshold: "at least half of the added slots are neither a gate's nor a change of rights'",
    verdict: verdictOf(cases),
    cases
  }
}
