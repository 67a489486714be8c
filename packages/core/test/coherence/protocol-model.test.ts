/** The protocols' tables, explored: every order of messages between two caches, a home and memory. */
import { RandomStream } from "@isolde/core/kernel/random"
import { describe, expect, test } from "vitest"
import { cellsOf } from "./model/cells.ts"
import { explore, wander } from "./model/explorer.ts"
import { ProtocolModel } from "./model/protocol-model.ts"
import { protocols } from "./model/protocols.ts"

describe.each(["mesi", "moesi"])("%s", (name) => {
  const checked = protocols.filter((protocol) => protocol.name.startsWith(`${name},`))
  const cacheCells: Array<Uint8Array> = []
  const homeCells: Array<Uint8Array> = []

  test.each(checked)("two caches, $name: one writer or many readers, no old value, no deadlock", (protocol) => {
    const model = new ProtocolModel({ ...protocol, caches: 2 })
    expect(explore(model).situations).toBeGreaterThan(10_000)
    cacheCells.push(model.cacheCells)
    homeCells.push(model.homeCells)
  })

  test.each(checked)("three caches at random, $name", (protocol) => {
    for (const wholeLines of [false, true]) {
      const model = new ProtocolModel({ ...protocol, caches: 3, recalls: false, wholeLines })
      wander(model, 150_000, new RandomStream(1, "walk"))
      cacheCells.push(model.cacheCells)
      homeCells.push(model.homeCells)
    }
  })

  test("every defined cell is reached, with either policy", () => {
    const [protocol] = checked
    if (protocol === undefined) throw new Error("no protocol")
    const cache = cellsOf(protocol.cache, cacheCells)
    const home = cellsOf(protocol.home, homeCells)
    expect({ cache: cache.unreached, home: home.unreached }).toEqual({ cache: [], home: [] })
  })
})
