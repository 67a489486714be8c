/** The kernel's loop: slices, limits, the horizon of an owner that runs ahead. */
import { Phase } from "@isolde/core/kernel/event-queue"
import { Kernel, Outcome } from "@isolde/core/kernel/kernel"
import { describe, expect, test } from "vitest"

/** Two owners that run ahead and one that doesn't; every event is noted as [kind, owner, tick]. */
function noting() {
  const kernel = new Kernel()
  const seen: Array<readonly [string, number, number]> = []
  const near = kernel.owner("near", { runsAhead: true })
  const far = kernel.owner("far", { runsAhead: true })
  const link = kernel.owner("link")
  const tell = kernel.define("tell", (owner) => seen.push(["tell", owner, kernel.now]))
  const work = kernel.define("work", (owner) => seen.push(["work", owner, kernel.now]))
  return { kernel, seen, near, far, link, tell, work }
}

describe("Kernel", () => {
  test("K1: owners come before the machine is sealed, events after", () => {
    const { kernel, near, work } = noting()
    expect(() => kernel.schedule(0, Phase.Execute, near, near, work)).toThrow("K1: the machine is not sealed yet")
    kernel.seal()
    expect(() => kernel.owner("late")).toThrow("K1: owner late registered after the machine was sealed")
  })

  test("K2: an event kind has one handler", () => {
    const { kernel } = noting()
    expect(() => kernel.define("work", () => undefined)).toThrow('K2: event kind "work" is already defined')
  })

  test("runs in slices until nothing is pending", () => {
    const { kernel, seen, near, far, tell, work } = noting()
    kernel.seal()
    kernel.schedule(3, Phase.Execute, near, near, work)
    kernel.schedule(3, Phase.Deliver, far, near, tell)
    kernel.schedule(1, Phase.Execute, far, far, work)
    expect(kernel.run(2, 100, 1000)).toBe(Outcome.SliceEnded)
    expect(kernel.run(2, 100, 1000)).toBe(Outcome.Settled)
    expect(seen).toEqual([
      ["work", far, 1],
      ["tell", far, 3],
      ["work", near, 3]
    ])
    expect(kernel.events).toBe(3)
  })

  test("gives up when the events or the ticks are spent", () => {
    const kernel = new Kernel()
    const owner = kernel.owner("clock")
    const tick = kernel.define("tick", () => kernel.schedule(kernel.now + 10, Phase.Execute, owner, owner, tick))
    kernel.seal()
    kernel.schedule(0, Phase.Execute, owner, owner, tick)
    expect(kernel.run(100, 100, 1_000_000)).toBe(Outcome.EventLimit)
    expect(kernel.run(1000, 10_000, 1500)).toBe(Outcome.TickLimit)
    expect(kernel.now).toBe(1510)
    expect(kernel.describePending(4)).toEqual(["tick for clock at tick 1520"])
  })

  test("the horizon is the earliest delivery to the owner, or the lookahead beyond any other event", () => {
    const kernel = new Kernel()
    const horizons: Array<number> = []
    const near = kernel.owner("near", { runsAhead: true })
    const far = kernel.owner("far", { runsAhead: true })
    const look = kernel.define("look", (owner) => horizons.push(kernel.horizon(owner)))
    const tell = kernel.define("tell", () => undefined)
    kernel.lookahead = 20
    kernel.seal()
    kernel.schedule(5, Phase.Execute, near, near, look) // others: far at 7
    kernel.schedule(7, Phase.Execute, far, far, look) // its own delivery at 12 comes first
    kernel.schedule(12, Phase.Deliver, far, near, tell)
    kernel.schedule(100, Phase.Execute, near, near, look) // nothing else at all
    kernel.run(100, 100, 1000)
    expect(horizons).toEqual([27, 12, 0x7fff_ffff])
  })

  test("with run-ahead off an owner has the present tick alone", () => {
    const kernel = new Kernel()
    const near = kernel.owner("near", { runsAhead: true })
    let horizon = 0
    const look = kernel.define("look", (owner) => {
      horizon = kernel.horizon(owner)
    })
    kernel.seal()
    kernel.schedule(41, Phase.Execute, near, near, look)
    kernel.run(1, 1, 100)
    expect(horizon).toBe(42)
  })

  test("pending events are described earliest first", () => {
    const { kernel, near, far, link, tell, work } = noting()
    kernel.seal()
    kernel.schedule(9000, Phase.Execute, near, near, work)
    kernel.schedule(4, Phase.Send, link, near, tell)
    kernel.schedule(4, Phase.Deliver, far, near, tell)
    expect(kernel.describePending(2)).toEqual(["tell for far at tick 4", "tell for link at tick 4"])
    expect(kernel.describePending(9)).toHaveLength(3)
  })
})
