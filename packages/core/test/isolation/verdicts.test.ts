/** One access for each verdict (JU1 to JU3), by hand: domain 0 owns the object until thread 0 revokes it. */
import { FaultKind } from "@isolde/core/isolation/judge"
import { Report } from "@isolde/core/isolation/report-log"
import { Right } from "@isolde/core/isolation/rights"
import { describe, expect, test } from "vitest"
import { ReportedRun } from "./reported-run.ts"

const { none, read, readWrite, write } = Right

/** Issued and committed at 100, completed at 150. */
const revoked = () => new ReportedRun().intent(100, 0, 0, none).completed(150, 0, 100)

const told = (run: ReportedRun) => {
  const { verdicts, violations } = run.ends(1000)
  return {
    rows: violations.map(({ age, delay, drained, tick, verdict, write: store }) => ({
      age,
      delay,
      drained,
      store,
      tick,
      verdict
    })),
    counts: Object.fromEntries(Object.entries(verdicts).filter(([, count]) => count > 0))
  }
}

describe("an access that was allowed", () => {
  test("is permitted while it is intended, and has no row", () => {
    expect(told(revoked().checked(99, 1, read))).toEqual({ rows: [], counts: { permitted: 1 } })
  })

  test("JU1 is racing from the commit to the completion", () => {
    expect(told(revoked().checked(149, 1, read))).toEqual({
      rows: [{ tick: 149, verdict: "racing", age: 49, delay: -1, drained: 0, store: 0 }],
      counts: { racing: 1 }
    })
  })

  test("JU1 is leaked from the completion on", () => {
    expect(told(revoked().checked(150, 1, read)).rows).toMatchObject([{ verdict: "leaked", age: 50 }])
  })

  test("JU1 is leaked where nobody ever intended it: a collision of tags, a neighbour on the page", () => {
    const run = new ReportedRun().add(70, 1, Report.checked, 1, 0, read, 0, -1)
    expect(told(run).rows).toMatchObject([{ verdict: "leaked", age: -1 }])
  })

  test("JU1 is ungoverned in a mode that the mechanism doesn't check, or where it has been left out", () => {
    const reads = new ReportedRun({ governs: write }).intent(100, 0, 0, none).checked(400, 1, read)
    expect(told(reads).rows).toMatchObject([{ verdict: "ungoverned", age: 300 }])
    expect(told(revoked().checked(400, 1, write, -1, true)).rows).toMatchObject([{ verdict: "ungoverned" }])
  })

  test("MO2 is judged by its domain, whichever thread runs it", () => {
    const run = new ReportedRun({ threads: 4 }).intent(100, 0, 0, none).completed(150, 0, 100)
    for (let thread = 0; thread < 4; thread++) run.checked(200 + thread, thread, read)
    expect(told(run).counts).toEqual({ leaked: 4 })
  })
})

describe("a store", () => {
  test("JU2 that was permitted at its check is racing or leaked as it drains", () => {
    const racing = revoked().checked(90, 1, write, 2).performed(120, 1, write, 2)
    expect(told(racing)).toEqual({
      rows: [{ tick: 120, verdict: "racing", age: 20, delay: -1, drained: 1, store: 1 }],
      counts: { permitted: 1, racing: 1 }
    })
    const leaked = revoked().checked(90, 1, write, 2).performed(151, 1, write, 2)
    expect(told(leaked).counts).toEqual({ permitted: 1, leaked: 1 })
  })

  test("JU2 that was racing at its check and drains behind the completion has a row for each", () => {
    const { rows } = told(revoked().checked(120, 1, write, 2).performed(300, 1, write, 2))
    expect(rows.map(({ drained, verdict }) => [verdict, drained])).toEqual([
      ["racing", 0],
      ["leaked", 1]
    ])
  })

  test("JU2 whose verdict stays has one row, and one that is intended again none", () => {
    expect(told(revoked().checked(160, 1, write, 2).performed(300, 1, write, 2)).counts).toEqual({ leaked: 1 })
    const again = revoked().intent(200, 0, 0, readWrite).checked(120, 1, write, 2).performed(300, 1, write, 2)
    expect(told(again).counts).toEqual({ racing: 1 })
  })
})

describe("an access that faulted", () => {
  const fault = (tick: number, kind: FaultKind) => revoked().add(tick, 1, Report.fault, 0, 0, write, kind)

  test("is prevented if it isn't intended, and has no row; spurious if it is", () => {
    expect(told(fault(400, FaultKind.raised))).toEqual({ rows: [], counts: { prevented: 1 } })
    expect(told(fault(50, FaultKind.raised)).rows).toMatchObject([{ verdict: "spurious", tick: 50 }])
  })

  test("is healed if the kernel repaired it", () => {
    expect(told(fault(50, FaultKind.repaired)).counts).toEqual({ healed: 1 })
  })

  test("JU3 and took effect is detected when it is reported, with the ticks until then", () => {
    expect(told(fault(400, FaultKind.late).add(460, 1, Report.reported)).rows).toEqual([
      { tick: 460, verdict: "detected", age: 300, delay: 60, drained: 0, store: 1 }
    ])
  })

  test("JU3 and took effect is detected without a delay if nobody ever hears of it", () => {
    expect(told(fault(400, FaultKind.late)).rows).toMatchObject([{ verdict: "detected", delay: -1, tick: 1000 }])
  })
})

test("reports count by tick and thread, not in the order in which they come", () => {
  const early = revoked().checked(120, 1, read)
  const late = new ReportedRun().checked(120, 1, read).completed(150, 0, 100).intent(100, 0, 0, none)
  expect(told(late)).toEqual(told(early))
})
