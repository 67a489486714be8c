/** The event queue against its specification: sort by tick, phase, destination, rotated source rank, sequence. */
import { EventQueue, MAX_OWNERS, Never, Phase } from "@isolde/core/kernel/event-queue"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

const OWNERS = 5
/** Source ranks rotate through the next power of two. */
const RANKS = 8

interface Push {
  /** Ticks after the event popped last. */
  readonly after: number
  readonly phase: Phase
  readonly destination: number
  readonly source: number
}

type Step = Push | "pop"

type Pending = readonly [tick: number, phase: number, destination: number, rank: number, sequence: number, id: number]

const compare = (x: Pending, y: Pending): number => {
  for (let term = 0; term < 5; term++) {
    const difference = (x[term] as number) - (y[term] as number)
    if (difference !== 0) return difference
  }
  return 0
}

const owner = fc.nat(OWNERS - 1)
const push = fc.record<Push>({
  after: fc.oneof(
    { weight: 6, arbitrary: fc.nat(4) },
    { weight: 3, arbitrary: fc.nat(3000) },
    // Around one window, far beyond, and around 2,048 windows.
    { weight: 2, arbitrary: fc.integer({ min: 2040, max: 2056 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4000, max: 1_000_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 2 ** 22 - 4100, max: 2 ** 22 + 4100 }) }
  ),
  phase: fc.constantFrom(Phase.Deliver, Phase.Execute, Phase.Send),
  destination: owner,
  source: owner
})
const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: push }, { weight: 2, arbitrary: fc.constant("pop" as const) }),
  {
    maxLength: 300,
    size: "max"
  }
)

/** Take every step in the queue and in the specification; what disagrees is thrown. */
function takeAll(script: ReadonlyArray<Step>, capacity: number): void {
  const runsAhead = [1, 2, 3]
  const queue = new EventQueue(OWNERS, 1, 3, capacity)
  const pending: Array<Pending> = []
  const sequences = new Int32Array(OWNERS)
  let last: Pending = [0, -1, 0, 0, 0, -1]
  let id = 0
  const pop = () => {
    pending.sort(compare)
    const expected = pending.shift()
    expect(queue.pop()).toBe(expected !== undefined)
    if (expected === undefined) return
    last = expected
    expect([queue.tick, queue.destination, queue.kind, queue.a, queue.b, queue.c]).toEqual([
      expected[0],
      expected[2],
      expected[5] & 0xff,
      expected[5],
      ~expected[5],
      expected[0] ^ expected[5]
    ])
  }
  for (const step of script) {
    if (step === "pop") pop()
    else {
      const { destination, phase, source } = step
      const tick = last[0] + step.after
      const sequence = sequences[source] as number
      sequences[source] = sequence + 1
      const event: Pending = [tick, phase, destination, (source + tick) % RANKS, sequence, id]
      const schedule = () => queue.push(tick, phase, destination, source, id & 0xff, id, ~id, tick ^ id)
      if (compare(event, last) <= 0) expect(schedule).toThrow(/^EQ3/)
      else {
        schedule()
        pending.push(event)
      }
      id++
    }
    expect(queue.size).toBe(pending.length)
    const earliest = pending.reduce((least, event) => Math.min(least, event[0]), Never)
    // Exact within the window of 2,048 aligned ticks, a lower bound later than now beyond it.
    if (earliest === Never || earliest >>> 11 === last[0] >>> 11) expect(queue.nextTick()).toBe(earliest)
    else {
      expect(queue.nextTick()).toBeLessThanOrEqual(earliest)
      expect(queue.nextTick()).toBeGreaterThan(last[0])
    }
    for (const owner of runsAhead) {
      const own = pending.filter((event) => event[1] === Phase.Deliver && event[2] === owner)
      expect(queue.nextFor(owner)).toBe(own.reduce((least, event) => Math.min(least, event[0]), Never))
    }
  }
  const rows = pending.map(([tick, phase, destination, , , event]) => [tick, phase, destination, event & 0xff])
  const left = queue.pending().map((event) => [event.tick, event.phase, event.destination, event.kind])
  expect(left.toSorted()).toEqual(rows.toSorted())
  while (pending.length > 0) pop()
  expect(queue.pop()).toBe(false)
}

describe("EventQueue", () => {
  test("dispatches by tick, phase, destination, rotated source rank and sequence, whatever was pushed when", () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 2, 1024), (script, capacity) => takeAll(script, capacity)),
      { numRuns: 200 }
    )
  })

  test("EQ2: sources take turns at being first, tick by tick", () => {
    const order = (tick: number) => {
      const queue = new EventQueue(4)
      for (const source of [0, 1, 2, 3]) queue.push(tick, Phase.Deliver, 0, source, source, 0, 0, 0)
      return Array.from({ length: 4 }, () => queue.pop() && queue.kind)
    }
    expect([order(4), order(5), order(6)]).toEqual([
      [0, 1, 2, 3],
      [3, 0, 1, 2],
      [2, 3, 0, 1]
    ])
  })

  test("EQ3: an event before the one being dispatched is refused by name", () => {
    const queue = new EventQueue(2)
    queue.push(10, Phase.Execute, 1, 0, 7, 0, 0, 0)
    queue.pop()
    expect(() => queue.push(9, Phase.Send, 1, 0, 8, 0, 0, 0)).toThrow("EQ3: event 8 for owner 1 at 9.2, but it is 10")
    expect(() => queue.push(10, Phase.Deliver, 1, 0, 8, 0, 0, 0)).toThrow(ModelDefect)
    expect(() => queue.push(10, Phase.Execute, 0, 0, 8, 0, 0, 0)).toThrow(ModelDefect)
    queue.push(10, Phase.Execute, 1, 0, 9, 0, 0, 0)
    queue.push(10, Phase.Send, 0, 0, 10, 0, 0, 0)
    expect([queue.pop() && queue.kind, queue.pop() && queue.kind, queue.pop()]).toEqual([9, 10, false])
  })

  test("an agenda grows with the deliveries that wait", () => {
    const queue = new EventQueue(2, 1, 1, 4)
    const ticks = Array.from({ length: 100 }, (_, i) => 5000 - 37 * i)
    for (const tick of ticks) queue.push(tick, Phase.Deliver, 1, 0, 0, 0, 0, 0)
    for (const tick of ticks.toReversed()) {
      expect(queue.nextFor(1)).toBe(tick)
      queue.pop()
    }
    expect(queue.nextFor(1)).toBe(Never)
  })

  test("holds as many owners as a key can tell apart and no more", () => {
    expect(() => new EventQueue(MAX_OWNERS)).not.toThrow()
    expect(() => new EventQueue(MAX_OWNERS + 1)).toThrow("EQ2")
  })
})
