/**
 * Page fracturing as "Don't shoot down TLB shootdowns!" (EuroSys 2020, Table 4; F2-72 to F2-75) measures it: touch a
 * region, flush all or one page that nobody touches, and count the misses of the next round.
 */
import { PageSize, pageBytes } from "@isolde/core/memory/page-size"
import { Entry } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { crampedMachine, finished, type Overrides, programmed } from "../small-system.ts"

const ROUNDS = 8
const TOUCHED = 60
const WRITABLE = Entry.present | Entry.writable

interface Flushed {
  /** Walks of one round, once warm. */
  readonly misses: number
  readonly fracturedFlushes: number
}

function rounds(flush: "full" | "selective", guest: PageSize, hostPages: number, fracturedFlush = 1): Flushed {
  const tlb: Overrides["tlb"] = {
    dtlb: { sets: 16, ways: 4 },
    dtlbLarge: { sets: 8, ways: 4 },
    stlb: { sets: 128, ways: 12 },
    fracturedFlush
  }
  let walks = 0
  let misses = 0
  const system: System = programmed(
    crampedMachine(1, 1, { tlb, l1d: { sets: 64, ways: 8 }, l2: { sets: 1024, ways: 16 } }),
    {
      steps: ROUNDS,
      build: ({ pages }) => {
        const region = pages.reserve(512, WRITABLE, 0, guest)
        const other = pages.reserve(1)
        return {
          emit: (program) => {
            program.act(0)
            for (let i = 0; i < TOUCHED; i++) program.load(region + i, 0)
            program.serialise(Serialise.drain, 0).act(1)
            if (flush === "full") program.invalidateAll(186)
            else program.invalidatePage(other, 200)
          },
          act: (_, code) => {
            const all = (system.tiles[0] as System["tiles"][number]).translation.walkers.walks
            if (code === 0) walks = all
            else misses = all - walks
          }
        }
      }
    },
    { hostPages }
  )
  finished(system)
  return { misses, fracturedFlushes: (system.tiles[0] as System["tiles"][number]).translation.fracturedFlushes }
}

const { large, small } = PageSize
const [KB4, MB2] = pageBytes as [number, number]

describe("misses of a round over 60 pages of 4 KB after a flush of everything, and of one other page", () => {
  test.each([
    ["F2-72 a VM, guest 4 KB on host 4 KB", small, KB4, TOUCHED, 0],
    ["F2-73 a VM, guest 2 MB on host 4 KB: fractured", large, KB4, TOUCHED, TOUCHED],
    ["F2-74 a VM, guest 4 KB on host 2 MB", small, MB2, TOUCHED, 0],
    ["F2-74 a VM, guest 2 MB on host 2 MB", large, MB2, 1, 0],
    ["F2-75 bare metal, 4 KB", small, 0, TOUCHED, 0],
    ["F2-75 bare metal, 2 MB", large, 0, 1, 0]
  ] as const)("%s", (_, guest, host, full, selective) => {
    expect(rounds("full", guest, host)).toEqual({ misses: full, fracturedFlushes: 0 })
    const fracturedFlushes = guest === large && host === KB4 ? ROUNDS : 0
    expect(rounds("selective", guest, host)).toEqual({ misses: selective, fracturedFlushes })
  })

  test("TR5 a machine that finds every piece of a guest's page flushes no more than it was told to", () => {
    expect(rounds("selective", large, KB4, 0)).toEqual({ misses: 0, fracturedFlushes: 0 })
  })
})
