/** Domains that take turns with keys: who loses its key, what that costs, and that nobody's right outlives it. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"

const DOMAINS = 20

/** Worker w goes through `visits` and back to domain w each time, and loads from each domain's page, where it is. */
function run(visits: ReadonlyArray<ReadonlyArray<number>>, trespass = false) {
  const workload = programWorkload({
    domains: Array.from({ length: DOMAINS }, (_, domain) => `domain ${domain}`),
    regions: Array.from({ length: DOMAINS }, (_, owner) => ({
      name: `memory ${owner}`,
      kind: RegionKind.private,
      owner
    })),
    exchange: "copy",
    threads: ({ regions }) =>
      visits.map((through, worker) => {
        const load = (domain: number, offset: number): OperationRecord => ({
          verb: Verb.load,
          page: regions[domain]?.page ?? 0,
          offset,
          bytes: 8
        })
        const script = through.flatMap(
          (to, activation): Array<OperationRecord> => [
            { verb: Verb.enter, from: worker, to, activation },
            load(to, worker * 8),
            ...(trespass ? [load((to + 1) % DOMAINS, 1024 + activation * 8)] : []),
            { verb: Verb.leave, from: to, to: worker, activation }
          ]
        )
        return { domain: worker, script: [...script, load(worker, 512 + worker * 8)] }
      })
  })
  const machine = tinyMachine({ cores: visits.length })
  return observe({ machine, mechanisms: [mpk({ virtualise: true })], workload, workers: visits.length })
}

const all = Array.from({ length: DOMAINS - 1 }, (_, at) => at + 1)

describe("more domains than keys", () => {
  test("MPK16 every domain is reached, and only those without a key take one from another", () => {
    const { faults, rows } = run([all])
    expect(faults).toEqual([])
    expect(rows.crossings.length).toBe(2 * (DOMAINS - 1))
  })

  test("MPK16 the domain that was entered longest ago loses its key: a second round through 15 costs nothing more", () => {
    const most = Array.from({ length: 14 }, (_, at) => at + 1)
    const [once, twice] = [run([most]), run([[...most, ...most]])].map(({ summary }) => summary.slots.kernel ?? 0)
    expect(twice).toBe(once)
    const [few, many] = [run([[15]]), run([[15, 1, 15]])].map(({ summary }) => summary.slots.kernel ?? 0)
    // 15 takes the key of 0, which was left; on the way back 0 takes that of 1; then 1 takes that of 2, and 15 has its own.
    const exchange = (few as number) / 2
    expect(exchange).toBeGreaterThan(1000)
    expect(many).toBe(3 * exchange)
  })

  test("MPK17 threads that run in other domains keep their keys, however many domains are entered", () => {
    const { faults, system } = run([all.slice(3), all.slice(3).reverse(), [19, 18, 17], [4, 16, 5]])
    expect(faults).toEqual([])
    for (const t of system.threads) expect(system.unit.allows(t, t.domain)).toBe(3)
  })

  test("MPK15 a domain reaches none but its own memory, whichever key it has", () => {
    const { faults } = run([all, all.slice().reverse()], true)
    expect(faults.length).toBe(2 * (DOMAINS - 1))
    expect(faults.every(({ offset }) => offset >= 1024)).toBe(true)
  })
})

describe("what is refused", () => {
  test("borrowing without re-keying, and sharing with it", () => {
    const demand = { domains: 4, objects: 2, operations: [] }
    expect(mpk({ virtualise: true }).refuse({ ...demand, exchange: "borrow" })).toContain("leave none for objects")
    expect(mpk({ virtualise: true }).refuse({ ...demand, exchange: "borrow", objects: 0 })).toBeUndefined()
    expect(mpk({ virtualise: true, synchronise: "rekey" }).refuse({ ...demand, exchange: "borrow" })).toBeUndefined()
    expect(mpk({ synchronise: "rekey" }).refuse({ ...demand, exchange: "share" })).toContain("holder's key")
    expect(mpk({ virtualise: true }).refuse({ ...demand, exchange: "share", domains: 400 })).toBeUndefined()
  })
})
