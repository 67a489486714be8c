/** When a right is really gone (OT1 to OT5, ER1 to ER3): each place where it can live, by hand. */
import { Report } from "@isolde/core/isolation/report-log"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { Place } from "@isolde/core/isolation/unit"
import { describe, expect, test } from "vitest"
import { ReportedRun } from "./reported-run.ts"

const { none, read, readWrite, write } = Right

/** Thread 0 revokes domain 0's right: issued and committed at 100, completed at 150. */
const revoked = (run: ReportedRun, rights: Rights = none) => run.intent(100, 0, 0, rights).completed(150, 0, 100)

const windowsOf = (run: ReportedRun, end = 1000) => {
  const { transfers, windows } = run.ends(end)
  const rows = transfers.map(({ committed, completed, quiet, stale, unsafe }) => ({
    committed,
    completed,
    quiet,
    stale,
    unsafe
  }))
  return { rows, summary: windows.summary().revoke }
}

describe("a right is quiet when the last that could use it is gone", () => {
  test("PKRU of another core that learns of it at its next gate leaves the unsafe window open until then", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite)
    revoked(run).state(140, 0, 0, none).state(400, 1, 0, none)
    const { rows, summary } = windowsOf(run)
    expect(rows).toEqual([{ committed: 100, completed: 150, quiet: 400, stale: 300, unsafe: 250 }])
    expect(summary).toEqual({
      count: 1,
      unbounded: 0,
      stale: { p50: 300, p99: 300, max: 300 },
      unsafe: { p50: 250, p99: 250, max: 250 }
    })
  })

  test("PKRU that an interrupt rewrites before the operation completes is stale and not unsafe", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite)
    revoked(run).state(140, 0, 0, none).state(130, 1, 0, none)
    expect(windowsOf(run).rows).toEqual([{ committed: 100, completed: 150, quiet: 150, stale: 50, unsafe: 0 }])
  })

  test("OT3 a mechanism that says nothing of memory has its right there until its last store drains", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite)
    run.intent(100, 0, 0, none).state(120, 0, 0, none).completed(150, 0, 100, true).add(180, 0, Report.drained)
    expect(windowsOf(run).rows).toEqual([{ committed: 100, completed: 150, quiet: 180, stale: 80, unsafe: 30 }])
  })

  test("OT3 the stores of an operation that took nothing away are not those of the next", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite)
    run.completed(90, 0, 80, true).add(95, 0, Report.drained)
    run.intent(100, 0, 0, none).state(120, 0, 0, none).completed(150, 0, 100, true).add(180, 0, Report.drained)
    expect(windowsOf(run).rows).toContainEqual({ committed: 100, completed: 150, quiet: 180, stale: 80, unsafe: 30 })
  })

  test("OT5 what never goes is unbounded, and in no distribution", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite)
    revoked(run).state(140, 0, 0, none)
    const { rows, summary } = windowsOf(run)
    expect(rows).toEqual([{ committed: 100, completed: 150, quiet: -1, stale: -1, unsafe: -1 }])
    expect(summary).toMatchObject({ count: 0, unbounded: 1, stale: { max: 0 } })
  })

  test("OT4 a right that is given back ends its window: what could still use it is as it should be", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite)
    revoked(run).intent(300, 1, 0, readWrite)
    expect(windowsOf(run).rows).toEqual([{ committed: 100, completed: 150, quiet: 300, stale: 200, unsafe: 150 }])
  })

  test("only what was taken away counts: a register that may still read keeps nothing of a write", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite)
    revoked(run, read).state(140, 0, 0, read).state(200, 1, 0, read)
    expect(windowsOf(run).rows).toMatchObject([{ quiet: 200 }])
  })

  test("ER3 the context of a thread that is descheduled holds it until the thread has run and rewritten it", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite, 2)
    run.state(50, 1, 1, none, 3)
    revoked(run).state(140, 0, 0, none).state(500, 1, 0, readWrite, 2).state(520, 1, 0, none, 2)
    expect(windowsOf(run).rows).toMatchObject([{ quiet: 520, unsafe: 370 }])
  })

  test("ER3 a thread that has ended before another took its place holds nothing", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite, 2)
    revoked(run).state(140, 0, 0, none).state(300, 1, 1, none, 3, true)
    expect(windowsOf(run).rows).toMatchObject([{ quiet: 300 }])
  })

  test("a store that was checked under it holds it until it drains, and a load until its line is there", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).checked(90, 1, write, 3).checked(95, 1, read)
    revoked(run).state(140, 0, 0, none).performed(600, 1, write, 3).performed(200, 1, read)
    expect(windowsOf(run).rows).toMatchObject([{ quiet: 600, unsafe: 450 }])
  })

  test("an access that is allowed once nothing else holds it has it again until it performs", () => {
    const run = new ReportedRun().state(0, 0, 0, none)
    revoked(run).checked(120, 1, read).performed(400, 1, read)
    expect(windowsOf(run).rows).toMatchObject([{ quiet: 400, unsafe: 250 }])
  })

  describe("of a mechanism that says what lies in memory", () => {
    const copies = (domain: number) => (domain === 0 ? 2 : 0)
    const gone = (run: ReportedRun, tick: number, place: number) =>
      run.add(tick, 0, Report.enforced, 0, 0, readWrite, place)

    test("every stored copy counts, whoever could load it", () => {
      const run = new ReportedRun({ copies })
      revoked(run)
      gone(gone(run, 120, Place.capability), 300, Place.capability)
      expect(windowsOf(run).rows).toMatchObject([{ quiet: 300, stale: 200, unsafe: 150 }])
    })

    test("it may be gone before the operation completes", () => {
      const run = new ReportedRun({ copies })
      revoked(run)
      gone(gone(run, 110, Place.memoryTag), 120, Place.memoryTag)
      expect(windowsOf(run).rows).toMatchObject([{ quiet: 120, stale: 20, unsafe: 0 }])
    })

    test("a TLB entry outlives the table's, on any tile, whatever runs there", () => {
      const run = new ReportedRun({ copies }).state(0, 1, 1, none).add(50, 1, Report.cached, 0, 0, readWrite)
      revoked(run)
      gone(gone(run, 110, Place.table), 120, Place.table).add(700, 1, Report.cached, 0, 0, none)
      expect(windowsOf(run).rows).toMatchObject([{ quiet: 700 }])
    })

    test("a walk that brings it in behind the table's change has it again", () => {
      const run = new ReportedRun({ copies }).state(0, 1, 0, none)
      revoked(run)
      gone(gone(run, 110, Place.table), 120, Place.table)
      run.add(130, 1, Report.cached, 0, 0, readWrite).add(400, 1, Report.cached, 0, 0, none)
      expect(windowsOf(run).rows).toMatchObject([{ quiet: 400, unsafe: 250 }])
    })

    test("a capability in a register outlives its stored copies", () => {
      const run = new ReportedRun({ copies }).state(0, 1, 0, none)
      run.add(80, 1, Report.enforced, 0, 0, readWrite << 4, Place.register)
      revoked(run)
      gone(gone(run, 110, Place.capability), 120, Place.capability).state(250, 1, 0, none)
      expect(windowsOf(run).rows).toMatchObject([{ quiet: 250, unsafe: 100 }])
    })
  })
})

describe("exposure", () => {
  test("of a stale window is its bytes times its cycles, on every thread that could use it", () => {
    const run = new ReportedRun().state(0, 0, 0, readWrite).state(0, 1, 0, readWrite)
    revoked(run).state(140, 0, 0, none).state(400, 1, 0, none)
    expect(run.ends(1000).exposure).toBe(100 * (40 + 300))
  })

  test("follows what another thread does to memory at its tick, not at the thread's next change", () => {
    const run = new ReportedRun({ copies: (domain) => (domain === 0 ? 1 : 0) }).state(0, 1, 0, none)
    revoked(run).add(175, 0, Report.enforced, 0, 0, readWrite, Place.memoryTag)
    expect(run.ends(1000).exposure).toBe(100 * 75)
  })
})
