/**
 * Every interleaving of a gate with another thread's change of rights and the interrupt that follows it: the rows
 * of the unit's own programs, without their time. What the gate leaves in PKRU is what the table says (MPK11).
 */
import { RegionKind } from "@isolde/core"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Operation, ROW } from "@isolde/core/processor/operation"
import { Scenario } from "@isolde/core/scenario/scenario"
import { System } from "@isolde/core/scenario/system"
import { programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"
import { rightsOf } from "../src/pkru.ts"

const KEY_OF_OBJECT = 3
const OBJECT = 2

function built(): System {
  const region = (name: string, kind: RegionKind, owner: number) => ({ name, kind, owner })
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      region("private 0", RegionKind.private, 0),
      region("private 1", RegionKind.private, 1),
      region("object", RegionKind.exchange, 0)
    ],
    exchange: "borrow",
    threads: () => [{ script: [] }, { script: [] }]
  })
  const mechanisms = [mpk({ synchronise: "interrupt" })]
  return new System(Scenario.make({ machine: tinyMachine(), mechanisms, workload }), undefined)
}

/** Execute rows of the thread's programs, innermost first, until only `depth` programs are left or `most` rows are done. */
function execute({ unit, words }: System, t: HardwareThread, depth: number, most: number): number {
  let done = 0
  while (t.depth > depth && done < most) {
    const program = t.programs[t.depth]
    if (program === undefined) break
    const { at, rows } = program
    if (at === program.length) {
      t.popProgram()
      continue
    }
    program.at += ROW
    done++
    const [first, second, page] = [rows[at + 6] as number, rows[at + 7] as number, rows[at + 3] as number]
    if (rows[at] === Operation.loadWord) t.value = words.values[first] as number
    else if (rows[at] === Operation.storeWord || rows[at] === Operation.lock)
      words.values[first] = rows[at] === Operation.lock ? 1 : second
    else if (rows[at] === Operation.act) unit.act(t, first, second, page, 0)
  }
  return done
}

const Everything = 10_000

/** PKRU of a thread that passes from domain 1 to 0 while the object goes from 0 to 1, change and interrupt at these rows. */
function pkruAfter(change: number, interrupt: number): { readonly object: number; readonly rows: number } {
  const system = built()
  const { routines, threads, unit } = system
  const [mover, passer] = threads as [HardwareThread, HardwareThread]
  unit.start(mover, 0)
  unit.start(passer, 1)
  unit.leave(passer.pushProgram(), passer, 1, 0)
  let rows = execute(system, passer, -1, change)
  unit.move(mover.pushProgram(), mover, OBJECT, 0, 1)
  execute(system, mover, -1, Everything)
  rows += execute(system, passer, -1, interrupt)
  const depth = passer.depth
  routines.serve?.(passer.pushProgram(true), passer)
  execute(system, passer, depth, Everything)
  rows += execute(system, passer, -1, Everything)
  return { object: rightsOf(passer.keyRights, KEY_OF_OBJECT), rows }
}

describe("a gate that another thread's change overtakes", () => {
  test("MPK11 leaves no revoked right in PKRU, wherever the change and its interrupt fall", () => {
    const { rows } = pkruAfter(0, 0)
    expect(rows).toBeGreaterThan(20)
    for (let change = 0; change <= rows; change++)
      for (let interrupt = 0; interrupt <= rows - change; interrupt++)
        expect(pkruAfter(change, interrupt).object, `change at ${change}, interrupt ${interrupt} rows later`).toBe(0)
  })

  test("MPK7 MPK11 reads the row as any memory, and starts again when the interrupt came between its read of the table and its WRPKRU", () => {
    const undisturbed = pkruAfter(0, Everything).rows
    const longer = Array.from({ length: undisturbed }, (_, change) => pkruAfter(change, 0).rows).filter(
      (rows) => rows > undisturbed
    )
    expect(longer.length).toBeGreaterThan(0)
  })
})
