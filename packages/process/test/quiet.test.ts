/** When what a process's table gave is really gone (PR11): the entry, and what TLBs hold of it where its domain runs. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { Right } from "@isolde/core/isolation/rights"
import type { Machine } from "@isolde/core/machines/machine"
import { columnOf, type ObservedRun, observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { expect, test } from "vitest"
import { processes } from "../src/index.ts"

/** Worker 0 takes an object from domain 0; worker 1, in `domain`, uses what it has the while. */
function revoked(domain: number, machine: Machine = tinyMachine()): ObservedRun {
  return observe({
    machine,
    mechanisms: [processes()],
    workers: 2,
    workload: programWorkload({
      domains: ["a", "b"],
      exchange: "borrow",
      regions: [0, 1].map((owner) => ({ name: `object of ${owner}`, kind: RegionKind.exchange, owner })),
      threads: ({ regions }) => {
        const load = (region: number): OperationRecord => ({
          verb: Verb.load,
          page: regions[region]?.page ?? 0,
          offset: 0,
          bytes: 8
        })
        const wait: OperationRecord = { verb: Verb.compute, bytes: 400 }
        const revoke: OperationRecord = { verb: Verb.revoke, region: 0, from: 0, rights: Right.none }
        const use = Array.from({ length: 400 }, () => [load(domain), wait]).flat()
        return [{ script: [load(0), wait, revoke] }, { domain, script: use }]
      }
    })
  })
}

const ticksOf = ({ rows }: ObservedRun) => {
  const [row] = rows.transfers
  const at = (name: string) => row?.[columnOf("transfers", name)] as number
  return { committed: at("committed"), completed: at("completed"), quiet: at("quiet") }
}

test("PR11 a right lasts until the core that uses it has invalidated its entry, and not until the call returns", () => {
  const observed = revoked(0)
  const { committed, completed, quiet } = ticksOf(observed)
  const [shootdown] = observed.rows.shootdowns
  const at = (name: string) => shootdown?.[columnOf("shootdowns", name)] as number
  expect(quiet).toBeGreaterThan(at("begin"))
  expect(quiet).toBeLessThanOrEqual(at("acknowledged"))
  expect(quiet).toBeLessThan(completed)
  expect(committed).toBeLessThan(at("begin"))
})

test("PR11 what lies in the TLB of a core that runs another process ends nothing later", () => {
  const observed = revoked(1)
  const { committed, completed, quiet } = ticksOf(observed)
  expect(observed.rows.shootdowns).toEqual([])
  expect(quiet).toBeGreaterThan(committed)
  expect(quiet).toBeLessThan(completed)
})

test("PR11 a flush that is put off leaves the right behind the call that took it", () => {
  const machine = tinyMachine()
  const kernel = { ...machine.kernel, tick: 4000 }
  const lazy: Machine = { ...machine, kernel, shootdown: { policy: "lazy", optimisations: [], hypothetical: true } }
  const { completed, quiet } = ticksOf(revoked(0, lazy))
  expect(quiet).toBeGreaterThan(completed)
})
