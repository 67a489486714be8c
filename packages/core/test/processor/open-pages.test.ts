/** OP1, OP2: pages that a check need not be asked about. */
import { OpenRegions } from "@isolde/core/isolation/open-regions"
import { RegionKind, Regions } from "@isolde/core/isolation/regions"
import { Entry, Pages } from "@isolde/core/memory/pages"
import { Open, OpenPages } from "@isolde/core/processor/open-pages"
import { describe, expect, test } from "vitest"

describe("OpenPages", () => {
  test("OP2 a page that has closed is nobody's, and what has no subject doesn't close", () => {
    const open = new OpenPages(Int32Array.of(3, Open.ungoverned), () => 3)
    open.close(0)
    open.close(0)
    open.close(1)
    open.close(2)
    expect([...open.to]).toEqual([Open.nobody, Open.ungoverned])
    expect(open.closed).toBe(1)
  })

  test("a page that was mapped later is nobody's", () => {
    expect(new OpenPages(Int32Array.of(0), () => 0).of(1)).toBe(Open.nobody)
  })
})

describe("OpenRegions", () => {
  const pages = new Pages("contiguous", 1)
  for (let vpn = 0; vpn < 6; vpn++) pages.map(vpn, Entry.present | Entry.writable)
  const region = (name: string, kind: RegionKind, owner: number, ...extents: Array<[number, number, number]>) => ({
    name,
    kind,
    owner,
    worker: -1,
    extents
  })
  const regions = new Regions([
    region("a", RegionKind.private, 1, [0, 0, 4096], [1, 0, 2048]),
    region("b", RegionKind.private, 1, [1, 2048, 2048], [2, 0, 2048]),
    region("c", RegionKind.private, 0, [2, 2048, 2048]),
    region("d", RegionKind.exchange, 1, [3, 0, 4096]),
    region("e", RegionKind.shared, 0, [4, 0, 4096])
  ])
  const opened = () => new OpenRegions(pages, regions, 9, () => 0)

  test("private memory of one domain is open to it, what is shared as the mechanism says, the rest to nobody or all", () => {
    expect([...opened().to]).toEqual([1, 1, Open.nobody, Open.nobody, 9, Open.ungoverned])
  })

  test("OP2 a region closes with all its pages", () => {
    const open = opened()
    open.closeRegion(0)
    open.closeRegion(3)
    expect([...open.to]).toEqual([Open.nobody, Open.nobody, Open.nobody, Open.nobody, 9, Open.ungoverned])
    expect(open.closed).toBe(2)
  })
})
