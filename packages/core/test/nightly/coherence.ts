/**
 * The checks of coherence that take longer than a suite may. `explore`: every situation of three caches, and of two
 * lines that share one way, with the cells that no situation reaches. `traffic`: the random tester, so many operations.
 * Law: a check that fails ends the script with its reason; one that passes says what it counted.
 *
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts explore [protocol name]
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts traffic [operations]
 */
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { disagreements } from "../coherence/agreement.ts"
import { cellsOf } from "../coherence/model/cells.ts"
import { explore } from "../coherence/model/explorer.ts"
import { ProtocolModel } from "../coherence/model/protocol-model.ts"
import { type Checked, protocols } from "../coherence/model/protocols.ts"
import { cramped } from "../coherence/traffic/cramped.ts"
import { traffic } from "../coherence/traffic/traffic.ts"

/** Caches, lines, and what the tiles do: whole-line accesses multiply the situations of two lines beyond reason. */
const sizes = [
  { caches: 2, lines: 1 },
  { caches: 3, lines: 1 },
  { caches: 2, lines: 2, wholeLines: false }
] as const

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
const say = (line: string) => process.stdout.write(`${line}\n`)

function exploreAll(wanted: ReadonlyArray<Checked>): void {
  const reached = new Map<string, { cache: Array<Uint8Array>; home: Array<Uint8Array>; protocol: Checked }>()
  for (const protocol of wanted) {
    const tables = protocol.name.split(",")[0] as string
    const cells = reached.get(tables) ?? { cache: [], home: [], protocol }
    reached.set(tables, cells)
    for (const size of sizes) {
      const start = performance.now()
      const model = new ProtocolModel({ ...protocol, ...size })
      const { depth, situations, transitions } = explore(model)
      const what = `${size.caches} caches, ${size.lines} line${size.lines > 1 ? "s" : ""}`
      say(
        `${protocol.name}, ${what}: ${situations} situations, ${transitions} transitions, depth ${depth}, ${seconds(start)}`
      )
      cells.cache.push(model.cacheCells)
      cells.home.push(model.homeCells)
    }
  }
  for (const [name, { cache, home, protocol }] of reached) {
    const sides = [
      ["cache", cellsOf(protocol.cache, cache)],
      ["home", cellsOf(protocol.home, home)]
    ] as const
    for (const [side, { unreachable, unreached }] of sides) {
      if (unreached.length > 0) throw new Error(`${name}, ${side}: never reached: ${unreached.join(", ")}`)
      say(`${name}, ${side}: every defined cell reached; proven unreachable: ${unreachable.join(", ")}`)
    }
  }
}

function sendTraffic(operations: number): void {
  const start = performance.now()
  let done = 0
  for (let seed = 1; done < operations; seed++) {
    const protocol = seed & 1 ? "mesi" : "moesi"
    const llcPolicy = seed & 2 ? "inclusive" : "non-inclusive"
    const cores = 2 + (seed % 7)
    const machine = skylakeSp({ cores, protocol, llcPolicy, overrides: cramped })
    const run = traffic(machine, { operations: 50_000, lines: 4 + (seed % 29), seed })
    const wrong = disagreements(run)
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join("; ")}`)
    done += run.done
  }
  say(`${done} operations, ${seconds(start)}, ${Math.round((done / (performance.now() - start)) * 1000)} per second`)
}

const [, , what, argument] = process.argv
if (what === "explore") exploreAll(protocols.filter(({ name }) => name.startsWith(argument ?? "")))
else sendTraffic(Number(argument ?? 1e8))
