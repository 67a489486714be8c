/** Times in closed form, with exact equality, on machines that do one thing at a time or four. */
import { type MechanismInstance, type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { invocations, observe, type ProgramRegion, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"

/** Its caches hold the programs below: a line on its way out is the one thing that goes on beside an instruction. */
const inOrder = tinyMachine({
  cores: 1,
  inOrder: true,
  overrides: { l1d: { sets: 64, ways: 12 }, l2: { sets: 512, ways: 8 } }
})
const own = (owner: number): ProgramRegion => ({
  name: `private ${owner}`,
  kind: RegionKind.private,
  owner,
  bytes: 32_768
})
const objects = [0, 1].map((at) => ({ name: `object ${at}`, kind: RegionKind.exchange, owner: 0, worker: 0 }))

/** Invocations that move an object along, with loads, stores and instructions around every gate. */
const program = programWorkload({
  domains: ["application", "library"],
  regions: [own(0), own(1), ...objects],
  exchange: "borrow",
  threads: ({ regions }) => {
    let state = 1
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    const work = (domain: number): Array<OperationRecord> =>
      Array.from({ length: next(7) }, (): OperationRecord => {
        if (next(3) === 0) return { verb: Verb.compute, bytes: 1 + next(20) }
        const page = (regions[domain]?.page ?? 0) + next(8)
        return { verb: next(2) === 0 ? Verb.load : Verb.store, page, offset: next(500) * 8, bytes: 8 }
      })
    const invocations = Array.from({ length: 40 }, (_, activation): Array<OperationRecord> => {
      const region = 2 + next(2)
      return [
        ...work(0),
        { verb: Verb.move, region, from: 0, to: 1 },
        { verb: Verb.enter, from: 0, to: 1, activation },
        ...work(1),
        { verb: Verb.leave, from: 1, to: 0, activation },
        { verb: Verb.move, region, from: 1, to: 0 },
        ...work(0)
      ]
    })
    return [{ script: invocations.flat() }]
  }
})

/** The same mechanism, counting the effects of its WRPKRU: one action follows each. */
function counting(instance: MechanismInstance, count: { writes: number }): MechanismInstance {
  return {
    ...instance,
    build: (parts) => {
      const unit = instance.build(parts)
      const act = unit.act.bind(unit)
      unit.act = (...effect) => {
        count.writes++
        act(...effect)
      }
      return unit
    }
  }
}

describe("one instruction at a time", () => {
  test.each([1, 9, 20])("raising WRPKRU by %d raises the makespan by that, times the WRPKRU executed", (d) => {
    const count = { writes: 0 }
    const [instance, slower] = [counting(mpk({ wrpkru: 20 }), count), mpk({ wrpkru: 20 + d })]
    const before = observe({ machine: inOrder, mechanisms: [instance], workload: program }).summary
    const after = observe({ machine: inOrder, mechanisms: [slower], workload: program }).summary
    expect(count.writes).toBe(40 * (2 + 2))
    expect(after.cycles - before.cycles).toBe(count.writes * d)
    expect(after.addedInstructions).toBe(before.addedInstructions)
  })

  const empty = programWorkload({
    domains: ["application", "library"],
    regions: [own(0), own(1)],
    threads: () => [{ script: invocations(9) }]
  })
  const invocation = (config: NonNullable<Parameters<typeof mpk>[0]>) =>
    observe({ machine: inOrder, mechanisms: [mpk(config)], workload: empty }).summary

  test("MPK9 an invocation costs the sum of the trampoline's instructions, the target's load and branch behind WRPKRU among them", () => {
    const load = numbersOf(inOrder).l1d.latency
    const keep = 2 + 2 + 1 + 2 + 9
    const enter = 6 + keep + (load + 1 + load + 1 + 1 + load + 1) + (1 + 1 + 40) + load + 2 + load + 1 + 1 + 1
    const takeStack = load + 1 + load + load + 1
    const leave = 2 + 1 + load + (1 + 40) + takeStack + (load + 3) + 6 * load + 2 * load + load + 1
    expect(invocation({}).cyclesPerInvocation.p50).toBe(enter + leave)
  })

  test("without CET it saves and checks no shadow-stack pointer, and checks what it wrote instead", () => {
    const load = numbersOf(inOrder).l1d.latency
    const [cet, checked] = [invocation({}), invocation({ cet: false })]
    expect(cet.cyclesPerInvocation.p50 - checked.cyclesPerInvocation.p50).toBe(2 + 1 + load + 3 - 4)
  })

  test("FXSAVE and FXRSTOR are eight lines and a microcode action each", () => {
    const load = numbersOf(inOrder).l1d.latency
    const [plain, extended] = [invocation({}), invocation({ extendedRegisters: "fxsave", fxsave: 50, fxrstor: 40 })]
    // A store of a whole line leaves the one-entry store buffer a tick after the line is written.
    expect(extended.addedInstructions - plain.addedInstructions).toBe(9 * (2 * 9 + 3))
    const slower = invocation({ extendedRegisters: "fxsave", fxsave: 60, fxrstor: 47 })
    expect(slower.cyclesPerInvocation.p50 - extended.cyclesPerInvocation.p50).toBe(10 + 7)
    expect(extended.cyclesPerInvocation.p50 - plain.cyclesPerInvocation.p50).toBeGreaterThanOrEqual(8 + 8 * load + 90)
  })

  test("XSAVE and XRSTOR are the lines of their area, 13 with upper halves of 16 registers, and a microcode action each", () => {
    const [fxsave, xsave] = [
      invocation({ extendedRegisters: "fxsave" }),
      invocation({ extendedRegisters: "xsave", vectorBytes: 32 })
    ]
    expect(xsave.addedInstructions - fxsave.addedInstructions).toBe(9 * 2 * (13 - 8))
    const wider = invocation({ extendedRegisters: "xsave", vectorBytes: 64, vectorRegisters: 32 })
    expect(wider.addedInstructions - xsave.addedInstructions).toBe(9 * 2 * ((64 + 512 + 1024) / 64))
    const slower = invocation({ extendedRegisters: "xsave", xsave: 77, xrstor: 40 })
    expect(slower.cyclesPerInvocation.p50 - xsave.cyclesPerInvocation.p50).toBe(10 + 3)
  })

  test("LFENCE behind each write is one more action of its latency, in every gate", () => {
    for (const gate of ["trampoline", "inspected", "single"] as const) {
      const [plain, fenced] = [invocation({ gate }), invocation({ gate, fence: true, lfence: 7 })]
      expect(fenced.cyclesPerInvocation.p50 - plain.cyclesPerInvocation.p50).toBe(2 * 7)
    }
  })

  test("vectors are a store and a load for each register", () => {
    const load = numbersOf(inOrder).l1d.latency
    const [plain, moved] = [
      invocation({}),
      invocation({ extendedRegisters: "vectors", vectorRegisters: 16, vectorBytes: 16 })
    ]
    expect(moved.cyclesPerInvocation.p50 - plain.cyclesPerInvocation.p50).toBe(16 + 16 * load)
    expect(moved.addedInstructions - plain.addedInstructions).toBe(9 * 32)
  })

  test("the inline gate is WRPKRU of a constant and a check of it, there and back", () => {
    const enter = 1 + (1 + 40) + 2
    const leave = 1 + 1 + (1 + 40) + 2
    expect(invocation({ gate: "inspected" }).cyclesPerInvocation.p50).toBe(enter + leave)
  })

  test("MPK13 the supervisor's register costs two instructions and WRMSR, DACR a move and an ISB", () => {
    const inline = (config: object) => invocation({ gate: "inspected", ...config }).cyclesPerInvocation.p50
    expect(inline({ hardware: "pks", wrmsr: 100 }) - inline({ wrpkru: 40 })).toBe(2 * (100 + 2 - 41))
    expect(inline({ hardware: "iskios" })).toBe(inline({}))
    expect(inline({ wrpkru: 40 }) - inline({ hardware: "ideal" })).toBe(2 * (40 + 2))
  })
})

describe("F1a-08: 35 ADDs around WRPKRU on a machine of width 4", () => {
  const wrpkru = 23
  const adds = 35
  /** Every second ADD waits for the one before it: two execute in a tick. */
  const chained = Math.ceil(adds / 2)

  /** Makespan of the rows that `append` writes. */
  function ticks(append: (program: Program) => void): number {
    const instance: MechanismInstance = {
      ...mpk(),
      build: (parts) => {
        const unit = mpk().build(parts)
        unit.enter = append
        return unit
      }
    }
    const machine = tinyMachine({ cores: 1, overrides: { core: { width: 4 } } })
    const workload = programWorkload({
      domains: ["application", "library"],
      regions: [],
      threads: () => [{ script: [{ verb: Verb.enter, from: 0, to: 1 }] }]
    })
    return observe({ machine, mechanisms: [instance], workload }).summary.cycles
  }

  const append = (program: Program) => {
    for (let at = 0; at < adds; at++) {
      if (at % 2 === 0) program.chain(1)
      else program.compute(1)
    }
  }
  const alone = ticks(append)

  test("the ADDs alone take a tick for two", () => {
    expect(alone).toBe(chained)
  })

  test("MPK8 those behind it wait until it completes: all of it is extra (published 26)", () => {
    const after = ticks((program) => append(program.serialise(Serialise.hold, wrpkru)))
    expect(after - alone).toBe(wrpkru)
  })

  test("MPK8 those in front of it need not have finished: their execution overlaps with it (published 13.6)", () => {
    const before = ticks((program) => {
      append(program)
      program.serialise(Serialise.hold, wrpkru)
    })
    expect(before).toBe(Math.floor(adds / 4) + wrpkru)
    expect(before - alone).toBe(13)
  })

  test("an instruction that drains would pay for all of it on either side", () => {
    const drained = ticks((program) => {
      append(program)
      program.serialise(Serialise.drain, wrpkru)
    })
    expect(drained - alone).toBe(wrpkru)
  })
})

describe("changes of rights and other threads", () => {
  const moves = 5
  const moving = programWorkload({
    domains: ["application", "library"],
    regions: [own(0), own(1), { name: "object", kind: RegionKind.exchange, owner: 0 }],
    exchange: "borrow",
    threads: (_memory, workers) =>
      Array.from({ length: workers }, (_, worker) => ({
        script: Array.from({ length: moves }, (_unused, at): OperationRecord => {
          if (worker > 0) return { verb: Verb.compute, bytes: 100_000 }
          return { verb: Verb.move, region: 2, from: at % 2, to: 1 - (at % 2) }
        })
      }))
  })
  const interrupts = (cores: number, synchronise: "none" | "interrupt") =>
    observe({ machine: tinyMachine({ cores }), mechanisms: [mpk({ synchronise })], workload: moving }).summary
      .interrupts

  test.each([1, 2, 4])(
    "MPK11 synchronising by interrupt interrupts every other thread once per change (%d threads)",
    (n) => {
      expect(interrupts(n, "interrupt")).toBe(moves * (n - 1))
    }
  )

  test("MPK11 without synchronisation nobody is interrupted", () => {
    expect(interrupts(4, "none")).toBe(0)
  })
})
