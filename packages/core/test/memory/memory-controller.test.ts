/** What one access to DRAM takes, in closed form, and which of several comes first. */
import { RandomStream } from "@isolde/core/kernel/random"
import { readOf } from "@isolde/core/machines/latencies"
import { describe, expect, test } from "vitest"
import { oneChannel, restful } from "./one-channel.ts"

const { numbers } = oneChannel()
const { controller, tCCDL, tCL, tFAW, tRAS, tRCD, tRP, tRTP, tWR, tWTR, ticksPerLine, turnaround } = numbers
const groups = numbers.groups * numbers.banks

/** Ticks of the read of `lines[1]`, `later` ticks after that of `lines[0]`. */
function second(bank: number, row: number, later: number, overrides = {}): number {
  const channel = oneChannel({ ...restful, ...overrides })
  const line = channel.lineIn(bank, row, 1)
  channel.read(1000, channel.lineIn(0, 5))
  channel.read(1000 + later, line)
  return (channel.run().get(line) as number) - 1000 - later
}

describe("DR1, DR2: a read alone", () => {
  test("of a closed bank takes activation, column and the controller's part", () => {
    const channel = oneChannel()
    channel.read(1000, 7)
    expect(channel.run().get(7)).toBe(1000 + tRCD + tCL + controller)
    expect(readOf(numbers)).toBe(tRCD + tCL + controller)
  })

  test("of an open row takes no activation", () => {
    expect(second(0, 5, 500)).toBe(tCL + controller)
  })

  test("of a bank with another row open takes a precharge too", () => {
    expect(second(0, 6, 500)).toBe(tRP + tRCD + tCL + controller)
  })

  test("waits for tRAS of the row that it closes", () => {
    expect(tRAS).toBeGreaterThan(tRCD + tRTP)
    expect(second(0, 6, 1)).toBe(tRAS - 1 + tRP + tRCD + tCL + controller)
  })

  test("waits for tRTP of the last read of that row", () => {
    expect(second(0, 6, 1, { tRTP: 100 })).toBe(tRCD + 100 - 1 + tRP + tRCD + tCL + controller)
  })
})

describe("DR3, DR4: of two reads at once the second comes", () => {
  const together = (bank: number, row: number, overrides = {}) => second(bank, row, 0, overrides) - readOf(numbers)

  test("tCCD_L later from the same row, and one line later where that is less", () => {
    expect(tCCDL).toBeGreaterThan(ticksPerLine)
    expect(together(0, 5)).toBe(tCCDL)
    expect(together(0, 5, { tCCDL: 0 })).toBe(ticksPerLine)
  })

  test("a whole row cycle later from another row of the bank", () => {
    expect(together(0, 6)).toBe(tRAS + tRP)
  })

  test("one line later from another group, and a turnaround more from another rank", () => {
    expect(together(numbers.banks, 5)).toBe(ticksPerLine)
    expect(together(groups, 5)).toBe(ticksPerLine + turnaround)
  })
})

test("DR4: the fifth activation of a rank waits until tFAW has passed since the first; another rank's doesn't", () => {
  expect(tFAW).toBeGreaterThan(4 * ticksPerLine)
  for (const [rank, tick] of [
    [0, 1000 + tFAW + tRCD + tCL + controller],
    [1, 1000 + tRCD + tCL + controller + 4 * ticksPerLine + turnaround]
  ] as const) {
    const channel = oneChannel()
    for (let group = 0; group < 4; group++) channel.read(1000, channel.lineIn(group * numbers.banks, 3))
    const fifth = channel.lineIn(rank * groups + 1, 3)
    channel.read(1000, fifth)
    expect(channel.run().get(fifth)).toBe(tick)
  }
})

describe("DR5: a refresh", () => {
  const tREFI = 20_000
  const tRFC = 840

  test.each([0, 1, 500, tRFC - 1, tRFC, tRFC + 1])("%i ticks old delays a read by exactly what remains", (age) => {
    const channel = oneChannel({ ...restful, tREFI, tRFC })
    channel.read(tREFI + age, channel.lineIn(0, 5))
    const remains = Math.max(0, tRFC - age)
    expect(channel.run().get(channel.lineIn(0, 5))).toBe(tREFI + age + remains + readOf(numbers))
  })

  test("closes the rows of its rank and of no other", () => {
    const after = (bank: number) => {
      const channel = oneChannel({ ...restful, tREFI, tRFC })
      const line = channel.lineIn(bank, 5, 1)
      channel.read(tREFI - 1000, channel.lineIn(bank, 5))
      channel.read(tREFI + 2000, line)
      return (channel.run().get(line) as number) - tREFI - 2000
    }
    expect(after(0)).toBe(readOf(numbers))
    expect(after(groups)).toBe(tCL + controller)
  })

  test("comes to the second rank half an interval later", () => {
    const channel = oneChannel({ ...restful, tREFI, tRFC })
    const line = channel.lineIn(groups, 5)
    channel.read(tREFI * 1.5 + 10, line)
    expect(channel.run().get(line)).toBe(tREFI * 1.5 + tRFC + readOf(numbers))
  })
})

test("DR6: a row is closed once nobody has used it for closeAfter", () => {
  const closeAfter = 240
  const idle = (since: number) => second(0, 5, tRCD + since, { closeAfter })
  expect(idle(closeAfter - 1)).toBe(tCL + controller)
  expect(idle(closeAfter)).toBe(tRP + readOf(numbers))
  expect(idle(closeAfter + tRP)).toBe(readOf(numbers))
})

describe("MC1, MC2: a read that hits a row", () => {
  /** A stream of hits to row 5 of bank 0, and one read of its row 6 behind the first dozen. Ticks that this one takes. */
  const passed = (patience: number, hits: number) => {
    const channel = oneChannel({ ...restful, patience, readQueue: 64 })
    for (let i = 0; i < hits; i++) channel.read(1000 + Math.max(0, i - 12) * tCCDL, channel.lineIn(0, 5, i))
    const victim = channel.lineIn(0, 6)
    channel.read(1001, victim)
    const answers = channel.run()
    const before = [...answers].filter(([, tick]) => tick < (answers.get(victim) as number)).length
    return { ticks: (answers.get(victim) as number) - 1001, before }
  }

  test("passes an older one that doesn't", () => {
    expect(passed(1_000_000, 40).before).toBe(40)
  })

  test("but not for ever: beyond the patience it takes a row cycle and what had been booked", () => {
    for (const patience of [100, 200, 400]) {
      const { before, ticks } = passed(patience, 100)
      expect(before).toBeLessThan(100)
      expect(ticks).toBeGreaterThan(patience)
      expect(ticks).toBeLessThanOrEqual(patience + 2 * (tRCD + tCL + ticksPerLine) + tRTP + tRP + readOf(numbers))
    }
    expect(passed(100, 100).before).toBeLessThan(passed(400, 100).before)
  })

  test("goes before a conflict that is booked already, if the bus has room", () => {
    const channel = oneChannel()
    const [hit, conflict] = [channel.lineIn(numbers.banks, 5, 1), channel.lineIn(0, 6)]
    channel.read(1000, channel.lineIn(0, 5))
    channel.read(1000, channel.lineIn(numbers.banks, 5))
    channel.read(2000, conflict)
    channel.read(2001, hit)
    const answers = channel.run()
    expect(answers.get(hit)).toBe(2001 + tCL + controller)
    expect(answers.get(conflict)).toBe(2000 + tRP + readOf(numbers))
  })
})

describe("MC3: writes", () => {
  const limits = { ...restful, writeQueue: 8, drainAbove: 6, drainBelow: 2 }

  test("cost a read nothing while they are few", () => {
    const channel = oneChannel(limits)
    for (let i = 0; i < 5; i++) channel.write(1000, channel.lineIn(0, 9, i))
    channel.read(1000, channel.lineIn(1, 5))
    expect(channel.run().get(channel.lineIn(1, 5))).toBe(1000 + readOf(numbers))
    expect(channel.controller.waiting).toBe(5)
  })

  test("are written down to drainBelow once there are drainAbove, and the read behind them waits for tWTR", () => {
    const channel = oneChannel({ ...limits, tCCDL: 0 })
    for (let i = 0; i < 6; i++) channel.write(1000, channel.lineIn(0, 9, i))
    const line = channel.lineIn(numbers.banks, 5)
    channel.read(1001, line)
    const written = 1000 + tRCD + tCL + 4 * ticksPerLine
    expect(channel.run().get(line)).toBe(written + tWTR + tCL + controller)
    expect(channel.controller.waiting).toBe(2)
  })

  test("hold their bank for tWR after the last of their data", () => {
    const channel = oneChannel({ ...limits, tCCDL: 0 })
    for (let i = 0; i < 6; i++) channel.write(1000, channel.lineIn(0, 9, i))
    const line = channel.lineIn(0, 5)
    channel.read(1001, line)
    const written = 1000 + tRCD + tCL + 4 * ticksPerLine
    expect(tWTR).toBeLessThan(tWR + tRP)
    expect(channel.run().get(line)).toBe(written + tWR + tRP + readOf(numbers))
  })

  test("are written while the channel idles, and delay only what comes before they are done", () => {
    const after = (later: number) => {
      const channel = oneChannel({ ...limits, closeAfter: 240 })
      channel.read(1000, channel.lineIn(0, 5))
      channel.write(1001, channel.lineIn(0, 9))
      const line = channel.lineIn(groups - 1, 5)
      channel.read(1000 + later, line)
      const ticks = (channel.run().get(line) as number) - 1000 - later
      return { ticks, left: channel.controller.waiting }
    }
    expect(after(300)).toEqual({ ticks: readOf(numbers), left: 1 })
    expect(after(2000)).toEqual({ ticks: readOf(numbers), left: 0 })
    expect(after(tRCD + tCL + ticksPerLine + 241).ticks).toBeGreaterThan(readOf(numbers))
  })

  test("to a line that waits join it; MC4: a read of that line is answered without DRAM", () => {
    const channel = oneChannel(limits)
    for (let i = 0; i < 5; i++) channel.write(1000 + i, 77)
    channel.read(1010, 77)
    expect(channel.run().get(77)).toBe(1010 + controller)
    expect(channel.controller).toMatchObject({ waiting: 1, writes: 5, forwarded: 1 })
    expect(channel.controller.banks.busTaken).toBe(0)
  })
})

describe("MC5: whatever comes at once", () => {
  const flood = (seed: number) => {
    const random = new RandomStream(seed, "flood")
    const pick = (...from: ReadonlyArray<number>) => from[random.below(from.length)] as number
    const channel = oneChannel({
      ranks: pick(1, 2, 3),
      groups: pick(1, 4, 6),
      banks: pick(1, 4),
      rowBytes: pick(64, 2048, 8192),
      readQueue: pick(1, 2, 48),
      writeQueue: pick(1, 4, 48),
      drainAbove: pick(1, 4, 36),
      drainBelow: pick(0, 3, 12),
      patience: pick(0, 100, 1200),
      closeAfter: pick(0, 240, 1_000_000),
      tREFI: pick(1000, 18_720)
    })
    const expected: Array<number> = []
    const spread = pick(10, 100, 2000)
    let tick = 1000
    for (let i = 0; i < 1500; i++) {
      tick += random.below(4) === 0 ? random.below(spread) : 0
      const line = random.below(pick(40, 4000, 1 << 20))
      if (random.below(3) === 0) channel.write(tick, line)
      else {
        expected.push(line)
        channel.read(tick, line)
      }
    }
    channel.run()
    return { channel, expected }
  }

  test.each(Array.from({ length: 20 }, (_, seed) => seed))("every read is answered once, %i", (seed) => {
    const { channel, expected } = flood(seed)
    const { answers, controller: served, numbers: drawn } = channel
    expect(answers.map(({ line }) => line).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
    expect(served.waiting).toBeLessThanOrEqual(drawn.writeQueue)
    // DR3: without those answered by a waiting write no two lines are on the bus at once.
    if (served.forwarded === 0) {
      const ticks = answers.map(({ tick }) => tick)
      for (let i = 1; i < ticks.length; i++)
        expect((ticks[i] as number) - (ticks[i - 1] as number)).toBeGreaterThanOrEqual(drawn.ticksPerLine)
    }
    expect(flood(seed).channel.answers).toEqual(answers)
  })
})
