/**
 * The classic litmus tests on two to four tiles, over many start offsets and seeds: what is seen is what the model's
 * rule allows, and the relaxed outcomes that real machines show are among it.
 */

import { RandomStream } from "@isolde/core/kernel/random"
import { cortexX3 } from "@isolde/core/machines/cortex-x3"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Cause } from "@isolde/core/processor/cause"
import { Ordering, Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { describe, expect, test } from "vitest"
import { finished, programmed } from "../small-system.ts"
import {
  allowed,
  type Litmus,
  type Model,
  type Outcome,
  outcomeOf,
  registersOf,
  type Step
} from "./memory-model-rule.ts"

const load = (at: number, to: number): Step => ({ kind: "load", at, to })
const acquire = (at: number, to: number): Step => ({ kind: "load", at, to, acquire: true })
const store = (at: number, value = 1): Step => ({ kind: "store", at, value })
const release = (at: number, value = 1): Step => ({ kind: "store", at, value, release: true })
const fence: Step = { kind: "fence" }
const storeFence: Step = { kind: "fence", stores: true }
const litmus = (name: string, locations: number, ...threads: ReadonlyArray<ReadonlyArray<Step>>): Litmus => ({
  name,
  locations,
  threads
})

const [x, y] = [0, 1]
const tests: ReadonlyArray<Litmus> = [
  litmus("SB", 2, [store(x), load(y, 0)], [store(y), load(x, 0)]),
  litmus("SB+fences", 2, [store(x), fence, load(y, 0)], [store(y), fence, load(x, 0)]),
  litmus("SB+rel-acq", 2, [release(x), acquire(y, 0)], [release(y), acquire(x, 0)]),
  litmus("SB+own", 2, [store(x), load(x, 0), load(y, 1)], [store(y), load(y, 0), load(x, 1)]),
  litmus("MP", 2, [store(x), store(y)], [load(y, 0), load(x, 1)]),
  litmus("MP+fences", 2, [store(x), fence, store(y)], [load(y, 0), fence, load(x, 1)]),
  litmus("MP+storefence+acq", 2, [store(x), storeFence, store(y)], [acquire(y, 0), load(x, 1)]),
  litmus("MP+rel+acq", 2, [store(x), release(y)], [acquire(y, 0), load(x, 1)]),
  litmus("LB", 2, [load(x, 0), store(y)], [load(y, 0), store(x)]),
  litmus("2+2W", 2, [store(x, 1), store(y, 2)], [store(y, 1), store(x, 2)]),
  litmus("CoRR", 1, [store(x)], [load(x, 0), load(x, 1)]),
  litmus("CoWW", 1, [store(x, 1), store(x, 2)], [load(x, 0), load(x, 1)]),
  litmus("CoRW", 1, [load(x, 0), store(x, 1)], [store(x, 2)]),
  litmus("IRIW", 2, [store(x)], [store(y)], [load(x, 0), load(y, 1)], [load(y, 0), load(x, 1)]),
  litmus("IRIW+acq", 2, [store(x)], [store(y)], [acquire(x, 0), load(y, 1)], [acquire(y, 0), load(x, 1)])
]

const TRIALS = 60
const SEEDS = [1, 2, 3]

function execute(program: Program, step: Step, first: number): void {
  if (step.kind === "fence") {
    if (step.stores) program.storeFence()
    else program.serialise(Serialise.drainStores, 20)
  } else if (step.kind === "load") {
    program.loadValue(first + step.at, step.to, step.acquire ? Ordering.acquire : Ordering.plain)
  } else program.storeValue(first + step.at, step.value, step.release ? Ordering.release : Ordering.plain)
}

const machines = { tso: skylakeSp, arm: cortexX3 }

/** Outcomes of `TRIALS` runs: other lines in other caches and other offsets each time. */
function seen({ locations, threads }: Litmus, model: Model, seed: number, runAhead = true): ReadonlyArray<Outcome> {
  const count = threads.length
  const registers: Array<Array<Array<number>>> = []
  let first: Array<number> = []
  const random = Array.from({ length: count }, (_, t) => new RandomStream(seed, `litmus ${t}`))
  const machine = machines[model]({ cores: count, overrides: { core: { mispredictPerMillion: 0 } } })
  const system = programmed(
    machine,
    {
      steps: TRIALS,
      build: ({ words }) => {
        const barriers = Array.from({ length: TRIALS }, () => words.allocate(1))
        // Every location is a line of its own: numbers of words are consecutive.
        first = Array.from({ length: TRIALS }, () => {
          const [start = 0] = Array.from({ length: locations }, () => words.allocate(1))
          return start
        })
        return {
          emit: (program, t, trial) => {
            const draw = random[t.number] as RandomStream
            const at = first[trial] as number
            program.as(Cause.application)
            for (let word = 0; word < locations; word++) if (draw.below(2) === 0) program.loadValue(at + word, 63)
            const barrier = barriers[trial] as number
            program
              .addWord(barrier, 1, 20)
              .spin(barrier, count, Cause.lockWait)
              .chain(1 + draw.below(150))
            for (const step of threads[t.number] as ReadonlyArray<Step>) execute(program, step, at)
            program.serialise(Serialise.drainStores, 1).act(0, trial)
          },
          act: (t, _, trial) => {
            const row = registers[trial] ?? Array.from({ length: count }, (): Array<number> => [])
            row[t.number] = [...t.registers.subarray(0, registersOf(threads[t.number] as ReadonlyArray<Step>))]
            registers[trial] = row
          }
        }
      }
    },
    { seed, runAhead }
  )
  finished(system, 2_000_000)
  return first.map((at, trial) =>
    outcomeOf(
      registers[trial] as Array<Array<number>>,
      Array.from({ length: locations }, (_, word) => system.words.values[at + word] as number)
    )
  )
}

const everything = (each: Litmus, model: Model): ReadonlySet<Outcome> =>
  new Set(SEEDS.flatMap((seed) => seen(each, model, seed)))

describe.each(["tso", "arm"] as const)("%s", (model) => {
  test.each(tests)("$name comes to nothing that the rule forbids", (each) => {
    const rule = allowed(each, model)
    for (const outcome of everything(each, model))
      expect(rule, `${outcome} of ${[...rule].join(" | ")}`).toContain(outcome)
  })

  test("SB shows both threads reading old values", () => {
    expect(everything(tests[0] as Litmus, model)).toContain("0 0 [1,1]")
  })

  test("run ahead or not, every trial comes to the same", () => {
    for (const each of tests) expect(seen(each, model, 4, false), each.name).toEqual(seen(each, model, 4))
  })
})

describe("what arm allows beyond tso", () => {
  const named = (name: string): Litmus => tests.find((each) => each.name === name) as Litmus

  test("MP shows the flag without the data", () => {
    expect(allowed(named("MP"), "tso")).not.toContain(" 1,0 [1,1]")
    expect(everything(named("MP"), "arm")).toContain(" 1,0 [1,1]")
  })

  test("MP with barriers, or with release and acquire, does not", () => {
    for (const name of ["MP+fences", "MP+storefence+acq", "MP+rel+acq"]) {
      expect(allowed(named(name), "arm")).not.toContain(" 1,0 [1,1]")
    }
  })

  test("LB is allowed and never seen: a store drains when everything older has completed", () => {
    expect(allowed(named("LB"), "arm")).toContain("1 1 [1,1]")
    expect(everything(named("LB"), "arm")).not.toContain("1 1 [1,1]")
  })
})
