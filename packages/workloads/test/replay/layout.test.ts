import { scanGranules } from "@isolde/workloads/replay/granules"
import { layOut, PageClass, runtimePages } from "@isolde/workloads/replay/layout"
import { findExchangeObjects } from "@isolde/workloads/replay/objects"
import { walk } from "@isolde/workloads/replay/walk"
import { describe, expect, test } from "vitest"
import { activations, policy, recording } from "./nginx.ts"

const granules = scanGranules(recording, activations, policy)
const objects = findExchangeObjects(recording, granules, runtimePages(recording, policy, granules))

/** Holder of the page where each access of the recording lands, by domain that makes it. */
function landings(exchange: "share" | "borrow" | "copy"): Map<string, number> {
  const layout = layOut(recording, policy, granules, objects, exchange)
  const counts = new Map<string, number>()
  walk(recording, activations, {
    access(access, _row, instruction, domain, owner) {
      const page = recording.accessPage[access] as number
      const granule = (recording.accessOffset[access] as number) >> 4
      const place = layout.place(granules.rowOf(page, owner), granule, page, domain)
      const holder = layout.holds[Math.floor(place / 256)] as number
      if (granules.isHeader[instruction] === 1) return
      const key = holder < 0 ? `${holder}` : holder === domain ? "own" : "another domain's"
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  })
  return counts
}

describe("the layout of the nginx recording", () => {
  test("no access of a domain lands in another domain's memory, whatever the policy", () => {
    for (const exchange of ["share", "borrow", "copy"] as const) {
      const counts = landings(exchange)
      expect(counts.get("another domain's")).toBeUndefined()
      expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2_000_000)
    }
  })

  test("objects that cross lie on the exchange heap, and nowhere when they are copied", () => {
    expect(landings("borrow").get(String(PageClass.exchange))).toBeGreaterThan(10_000)
    expect(landings("copy").get(String(PageClass.exchange))).toBeUndefined()
  })

  test("two places of the recording never share a place of the layout", () => {
    const layout = layOut(recording, policy, granules, objects, "share")
    const from = new Map<number, string>()
    walk(recording, activations, {
      access(access, _row, _instruction, domain, owner) {
        const page = recording.accessPage[access] as number
        const row = granules.rowOf(page, owner)
        const granule = (recording.accessOffset[access] as number) >> 4
        const place = layout.place(row, granule, page, domain)
        const origin = `${row}/${granule}`
        const known = from.get(place)
        if (known === undefined) from.set(place, origin)
        else if (known !== origin) expect.fail(`${origin} and ${known} both lie at ${place}`)
      }
    })
    expect(from.size).toBeGreaterThan(20_000)
  })

  test("every object that crosses is touched by two domains and written by one at least", () => {
    expect(objects.count).toBeGreaterThan(50)
    const touched = new Uint32Array(objects.count)
    const written = new Uint32Array(objects.count)
    for (const [cell, object] of objects.objectOf.entries()) {
      if (object < 0) continue
      touched[object] = (touched[object] as number) | (granules.touched[cell] as number)
      written[object] = (written[object] as number) | (granules.written[cell] as number)
    }
    for (const domains of touched) expect(domains & (domains - 1)).not.toBe(0)
    for (const domains of written) expect(domains).not.toBe(0)
  })
})
