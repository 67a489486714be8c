/** Pipes between threads: what has gone in comes out, who has to wait sleeps, and each copy takes its time. */
import { RandomStream } from "@isolde/core/kernel/random"
import { expect, test } from "vitest"
import { type Choices, crampedMachine, finished, programmed } from "../small-system.ts"

interface Call {
  readonly pipe: number
  readonly bytes: number
  readonly writes: boolean
}

const put = (pipe: number, bytes: number): Call => ({ pipe, bytes, writes: true })
const take = (pipe: number, bytes: number): Call => ({ pipe, bytes, writes: false })

/** A thread per script, each on a core of its own, and two pipes of `size` bytes. */
function run(size: number, scripts: ReadonlyArray<ReadonlyArray<Call>>, choices: Choices = {}) {
  const system = programmed(
    crampedMachine(scripts.length),
    {
      steps: Math.max(...scripts.map((script) => script.length)),
      build: ({ kernel, pages }) => {
        const first = pages.reserve(4 * scripts.length)
        kernel.openThreads()
        const pipes = [kernel.pipes.open(size), kernel.pipes.open(size)]
        return {
          emit: (program, t, step) => {
            const call = scripts[t.number]?.[step]
            if (call === undefined) return
            const pipe = pipes[call.pipe] as number
            const page = first + 4 * t.number
            if (call.writes) kernel.pipes.write(program, t, pipe, page, 100, call.bytes)
            else kernel.pipes.read(program, t, pipe, page, 100, call.bytes)
          }
        }
      }
    },
    choices
  )
  const { events: _, ...summary } = finished(system)
  const { bytes, waits } = system.routines.pipes
  return { summary, bytes, waits, sleeps: system.routines.scheduler.sleeps }
}

test("PI2 a reader sleeps until a writer has come", () => {
  const { bytes, sleeps, waits } = run(4096, [[take(0, 64)], [put(1, 4096), take(1, 4096), put(0, 64)]])
  expect([bytes, waits, sleeps]).toEqual([4096 + 64, 1, 1])
})

test("PI2 a writer sleeps while there is no room", () => {
  const calls = Array.from({ length: 6 }, () => put(0, 3000))
  const busy = Array.from({ length: 4 }, () => [put(1, 4096), take(1, 4096)]).flat()
  const { bytes, sleeps, waits } = run(4096, [calls, [...busy, ...calls.map(() => take(0, 3000))]])
  expect(bytes).toBe(6 * 3000 + 4 * 4096)
  expect(waits).toBeGreaterThan(0)
  expect(sleeps).toBeGreaterThan(0)
})

test("each copy takes its time: a message ten times as long, at one pipe", () => {
  const cycles = (bytes: number) =>
    run(65_536, [Array.from({ length: 8 }, () => [put(0, bytes), take(0, bytes)]).flat()]).summary.cycles
  expect(cycles(4000) - cycles(400)).toBeGreaterThan((2 * 8 * 3600) / 64)
})

test("PI1 messages of any length to and fro, between three threads, whoever runs ahead", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = new RandomStream(seed, "pipes")
    const lengths = Array.from({ length: 12 }, () => 1 + random.below(5000))
    const scripts = [
      lengths.map((bytes) => put(0, bytes)),
      lengths.flatMap((bytes) => [take(0, bytes), put(1, bytes)]),
      lengths.map((bytes) => take(1, bytes))
    ]
    const ahead = run(8192, scripts)
    expect(ahead.bytes).toBe(2 * lengths.reduce((sum, each) => sum + each, 0))
    expect(run(8192, scripts, { runAhead: false })).toEqual(ahead)
  }
})
