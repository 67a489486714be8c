/**
 * WRPKRU on Skylake-SP against F1a-06 and F1a-08: 23.3 cycles, and 26 or 13.6 more for a program of 35 ADDs that has
 * it before or behind them. The source doesn't say which registers the ADDs use, so every case of one, two and four
 * is here; both numbers follow from holding younger instructions alone where there are two.
 */
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { describe, expect, test } from "vitest"
import { finished, programmed } from "../small-system.ts"

/** F1a-06: 23.3 cycles. */
const WRPKRU = 23
const ADDS = 35
const WIDTH = 4
/** Ticks in which 35 ADDs dispatch. */
const DISPATCH = Math.ceil(ADDS / WIDTH)

/** Ticks of `timed` between two fences. */
function ticksOf(timed: (program: Program) => void): number {
  const run = (whole: boolean) =>
    finished(
      programmed(skylakeSp({ cores: 1 }), {
        steps: 1,
        build: () => ({
          emit: (program) => {
            program.as(Cause.application).serialise(Serialise.drain, 10)
            if (whole) timed(program)
            program.serialise(Serialise.drain, 10)
          }
        })
      })
    ).cycles
  return run(true) - run(false)
}

/** 35 ADDs in turn to `registers` registers: of each round one continues the longest chain. */
const adds = (registers: number) => (program: Program) => {
  for (let i = 0; i < ADDS; i++) {
    if (i % registers === 0) program.chain(1)
    else program.compute(1)
  }
}

const wrpkru = (program: Program) => void program.serialise(Serialise.hold, WRPKRU)

function extra(registers: number): { readonly after: number; readonly before: number } {
  const alone = ticksOf(adds(registers))
  const after = ticksOf((program) => {
    wrpkru(program)
    adds(registers)(program)
  })
  const before = ticksOf((program) => {
    adds(registers)(program)
    wrpkru(program)
  })
  return { after: after - alone, before: before - alone }
}

describe("35 ADDs and a WRPKRU that holds younger instructions alone", () => {
  test("ADDs after it wait for all of it, whatever registers they use", () => {
    for (const registers of [1, 2, 4]) expect(extra(registers).after, `${registers} registers`).toBe(WRPKRU)
  })

  test("ADDs before it go on beside it: it begins when they have dispatched, not when they are done", () => {
    for (const registers of [1, 2, 4]) {
      const chain = Math.ceil(ADDS / registers)
      const alone = Math.max(chain, DISPATCH)
      // It takes the last slot of the tick in which the ADDs have dispatched.
      const whole = Math.max(chain, DISPATCH - 1 + WRPKRU)
      expect(extra(registers).before, `${registers} registers`).toBe(whole - alone)
    }
  })

  test("with two registers both numbers of F1a-08 come within 12 percent", () => {
    const { after, before } = extra(2)
    expect({ after, before }).toEqual({ after: 23, before: 13 })
    expect(Math.abs(after / 26 - 1)).toBeLessThan(0.12)
    expect(Math.abs(before / 13.6 - 1)).toBeLessThan(0.12)
  })
})
