/** Walks and what changes while they are under way: TR1 in both dimensions, TR3, and a planted defect that must show. */
import { latenciesOf } from "@isolde/core/machines/latencies"
import { PageSize } from "@isolde/core/memory/page-size"
import { Entry, type Pages } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"
import { Nested, type NestedWalk } from "@isolde/core/translation/nested-walk"
import { Walkers } from "@isolde/core/translation/walkers"
import { describe, expect, test } from "vitest"
import { numbersOfCase, oneStopMachine } from "../processor/ten-instructions.ts"
import { finished, programmed } from "../small-system.ts"

const numbers = numbersOfCase()
const { dram } = latenciesOf(numbers)
const READABLE = Entry.present
const WRITABLE = Entry.present | Entry.writable

interface Dimension {
  readonly what: string
  readonly nested: boolean
  /** Load another page of the same host page first: the nested TLB knows the way, and its right is copied early. */
  readonly warm: boolean
  readonly change: (program: Program, page: number) => void
}

const guests: Dimension["change"] = (program, page) => program.storeEntry(page, READABLE).invalidatePage(page, 50)
const hosts: Dimension["change"] = (program, page) =>
  program.storeNestedEntry(0, page, Nested.read).invalidateContext(0, 50)

const dimensions: ReadonlyArray<Dimension> = [
  { what: "the only entry and INVLPG", nested: false, warm: false, change: guests },
  { what: "the guest's entry and INVLPG", nested: true, warm: false, change: guests },
  { what: "the host's entry and INVEPT", nested: true, warm: true, change: hosts }
]

/** A page whose frame is not near its tables': the host's entries for them are on different lines. */
function lonely(pages: Pages): number {
  const vpn = 512 ** 3 * 5
  pages.map(vpn, WRITABLE)
  pages.reserve(32)
  return pages.map(vpn + 1, WRITABLE)
}

/** Two threads of one tile: the first loads a page, the second changes its entry after `delay` ticks. */
function raced(
  { change, nested, warm }: Dimension,
  delay: number
): { readonly cached: number; readonly cancelled: number } {
  let page = 0
  const system: System = programmed(
    oneStopMachine({}, 2),
    {
      steps: 1,
      build: ({ nest, pages }) => {
        const near = pages.reserve(1)
        page = lonely(pages)
        if (nested) nest(2, () => Nested.write, warm ? PageSize.large : PageSize.small)
        return {
          emit: (program, t) => {
            if (t.number === 1) change(program.chain(delay), page)
            else {
              if (warm) program.load(near, 0).serialise(Serialise.drain, 0)
              program.load(page, 0)
            }
          }
        }
      }
    },
    { frames: "contiguous" }
  )
  finished(system)
  const { translation } = system.tiles[0] as System["tiles"][number]
  return { cached: translation.cached(page, 0), cancelled: translation.walkers.cancelled }
}

/** Delays at which a walk that was invalidated left an entry from before, and walks that began again. */
function stale(dimension: Dimension): { readonly delays: Array<number>; readonly cancelled: number } {
  const delays: Array<number> = []
  let cancelled = 0
  for (let delay = 0; delay <= 14 * dram; delay += 41) {
    const run = raced(dimension, delay)
    if (run.cached !== -1 && run.cached !== READABLE) delays.push(delay)
    cancelled += run.cancelled
  }
  return { delays, cancelled }
}

describe.each(dimensions)("TR1 $what", (dimension) => {
  test("leave nothing of before in the TLB, whenever they come", () => {
    const { cancelled, delays } = stale(dimension)
    expect(delays).toEqual([])
    expect(cancelled).toBeGreaterThan(3)
  })
})

test.each(dimensions.filter(({ nested }) => nested))(
  "TR1 walkers that don't hear of $what install what was revoked, and the check notices",
  (dimension) => {
    const { cancel } = Walkers.prototype
    Walkers.prototype.cancel = () => undefined
    try {
      expect(stale(dimension).delays.length).toBeGreaterThan(0)
    } finally {
      Walkers.prototype.cancel = cancel
    }
  }
)

/** The entry that a cold walk of two dimensions brings when memory changes at `tick`. */
function changedAt(tick: number, change: (system: System, nested: NestedWalk, page: number) => void): number {
  let page = 0
  const system: System = programmed(
    { ...oneStopMachine(), tiles: 2 },
    {
      steps: 1,
      build: (parts) => {
        page = lonely(parts.pages)
        const nested = parts.nest(1, () => Nested.write)
        return {
          emit: (program, t) => {
            if (t.number === 0) program.load(page, 0)
            else program.chain(tick).act(0)
          },
          act: () => change(system, nested, page)
        }
      }
    },
    { runAhead: false, frames: "contiguous" }
  )
  finished(system)
  return (system.tiles[0] as System["tiles"][number]).translation.cached(page, 0)
}

test("TR3 the host's entry is the last that a walk reads, the guest's an earlier one: what changes later isn't seen", () => {
  const ticks = Array.from({ length: 60 }, (_, i) => Math.round((i * 12 * dram) / 60))
  const guest = ticks.map((tick) =>
    changedAt(tick, (system, _, page) => {
      system.pages.entry[page] = READABLE
    })
  )
  const host = ticks.map((tick) => changedAt(tick, (_, nested, page) => nested.setRights(0, page, Nested.read)))
  const [guestSeen, hostSeen] = [guest, host].map((entries) => entries.lastIndexOf(READABLE) + 1) as [number, number]
  for (const [entries, seen] of [
    [guest, guestSeen],
    [host, hostSeen]
  ] as const)
    expect(entries).toEqual(ticks.map((_, i) => (i < seen ? READABLE : WRITABLE)))
  expect(guestSeen).toBeGreaterThan(0)
  expect(hostSeen, "the walk goes on for a load from DRAM").toBeGreaterThan(guestSeen + 3)
  expect(hostSeen).toBeLessThan(ticks.length)
})
