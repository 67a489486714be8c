/** The mapping semaphore under contention: who holds it when, in which order, and what it costs alone. */
import { RandomStream } from "@isolde/core/kernel/random"
import { Hold } from "@isolde/core/os/read-write-semaphore"
import { Cause } from "@isolde/core/processor/cause"
import { describe, expect, test } from "vitest"
import { type Choices, crampedMachine, finished, programmed } from "../small-system.ts"

interface Stay {
  readonly thread: number
  readonly hold: number
  readonly from: number
  to: number
}

/** Every thread takes the semaphore `steps` times, in a random way, for a random while; `readers` of 8 times to read. */
function contended(cores: number, threadsPerCore: 1 | 2, readers: number, choices: Choices = {}, steps = 24) {
  const stays: Array<Stay> = []
  const open: Array<Stay | undefined> = []
  const system = programmed(
    crampedMachine(cores, threadsPerCore),
    {
      steps,
      build: ({ kernel }) => {
        const random = Array.from(
          { length: cores * threadsPerCore },
          (_, thread) => new RandomStream(choices.seed ?? 1, `holds of ${thread}`)
        )
        const { mappings } = kernel.space
        return {
          emit: (program, t) => {
            const draw = random[t.number] as RandomStream
            const hold = draw.below(8) < readers ? Hold.read : Hold.write
            program.as(Cause.kernel).compute(draw.below(300))
            mappings.acquire(program, hold)
            program.act(hold).chain(draw.below(120)).act(2)
            mappings.release(program, hold)
          },
          act: (t, code, _a, _b, tick) => {
            const stay = open[t.number]
            if (code === 2 && stay !== undefined) stay.to = tick
            else stays.push((open[t.number] = { thread: t.number, hold: code, from: tick, to: Number.NaN }))
          }
        }
      }
    },
    choices
  )
  const { events: _, ...summary } = finished(system)
  const waited = system.routines.space.mappings.waited.reduce((sum, each) => sum + each, 0)
  stays.sort((x, y) => x.from - y.from || x.thread - y.thread)
  return { stays, summary, waited }
}

const overlap = (x: Stay, y: Stay): boolean => x.from < y.to && y.from < x.to

describe.each([
  [4, 1],
  [2, 2],
  [8, 1]
] as const)("%i tiles of %i threads", (cores, threadsPerCore) => {
  test("RW1 a writer holds it alone, readers hold it together, and everybody comes to an end", () => {
    for (const seed of [1, 2, 3]) {
      const { stays, waited } = contended(cores, threadsPerCore, 5, { seed })
      expect(stays.length).toBe(cores * threadsPerCore * 24)
      expect(waited).toBeGreaterThan(20)
      const together = { readers: 0, writers: 0 }
      for (const [i, x] of stays.entries()) {
        for (const y of stays.slice(i + 1).filter((each) => each.thread !== x.thread && overlap(x, each))) {
          if (x.hold === Hold.read && y.hold === Hold.read) together.readers++
          else together.writers++
        }
      }
      expect(together.writers).toBe(0)
      expect(together.readers).toBeGreaterThan(0)
    }
  })

  test("the same ticks whoever runs ahead", () => {
    const ahead = contended(cores, threadsPerCore, 5)
    expect(contended(cores, threadsPerCore, 5, { runAhead: false })).toEqual(ahead)
  })
})

test("RW2 among writers that never stop, nobody waits longer than all others together hold it", () => {
  const { stays } = contended(8, 1, 0, {}, 40)
  for (const [i, stay] of stays.entries()) {
    const next = stays.slice(i + 1).find(({ thread }) => thread === stay.thread)
    const between = stays.filter(({ from }) => from > stay.to && from < (next?.from ?? 0))
    const most = Math.max(
      0,
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((t) => between.filter(({ thread }) => thread === t).length)
    )
    // Up to 300 instructions lie between two turns of a thread: others have at most a few turns meanwhile.
    expect(most).toBeLessThanOrEqual(3)
  }
})

test("alone, a reader and a writer execute two locked instructions each, and a reader one load more", () => {
  const instructions = (hold: Hold) =>
    finished(
      programmed(crampedMachine(1), {
        steps: 1,
        build: ({ kernel }) => ({
          emit: (program) => {
            kernel.space.mappings.acquire(program, hold)
            kernel.space.mappings.release(program, hold)
          }
        })
      })
    ).addedInstructions
  expect(instructions(Hold.write)).toBe(2)
  expect(instructions(Hold.read)).toBe(3)
})
