/**
 * The checks of coherence that take longer than a suite may. `explore`: every situation of three caches, and of two
 * lines that share one way, with the cells that no situation reaches. `beyond`: three caches and two lines, as far as
 * 3 GB and so many seconds go. `traffic`: the random tester, so many operations, on so many workers.
 * Law: a check that fails ends the script with its reason; one that passes says what it counted.
 *
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts explore [protocol name]
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts beyond [protocol name] [seconds]
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts traffic [operations] [workers]
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { disagreements } from "../coherence/agreement.ts"
import { exploreBounded } from "../coherence/model/bounded-explorer.ts"
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

/** Three caches and two lines are more situations than fit: how far it goes is said. */
function exploreBeyond(wanted: ReadonlyArray<Checked>, limit: number): void {
  for (const protocol of wanted) {
    const start = performance.now()
    const model = new ProtocolModel({ ...protocol, caches: 3, lines: 2, wholeLines: false })
    const { depth, ended, situations, transitions } = exploreBounded(model, { slots: 2 ** 28, seconds: limit })
    const all = ended === "complete" ? "all" : `all of depth ${depth}, then ${ended}`
    say(
      `${protocol.name}, 3 caches, 2 lines: ${situations} situations, ${transitions} transitions, ${all}, ${seconds(start)}`
    )
  }
}

/** Runs `first`, `first` + `step` … until so many operations are done: how many were. */
function sendTraffic(operations: number, first: number, step: number): number {
  let done = 0
  for (let seed = first; done < operations; seed += step) {
    const protocol = seed & 1 ? "mesi" : "moesi"
    const llcPolicy = seed & 2 ? "inclusive" : "non-inclusive"
    const cores = 2 + (seed % 7)
    const machine = skylakeSp({ cores, protocol, llcPolicy, overrides: cramped })
    const run = traffic(machine, { operations: 50_000, lines: 4 + (seed % 29), seed })
    const wrong = disagreements(run)
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join("; ")}`)
    done += run.done
  }
  return done
}

/** One worker in `count` takes each of so many seeds. */
async function sendTrafficOn(count: number, operations: number): Promise<void> {
  const start = performance.now()
  const runs = Array.from({ length: count }, (_, index) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { index, count, operations } })
    return new Promise<number>((resolve, reject) => {
      worker.once("message", resolve)
      worker.once("error", reject)
    })
  })
  const done = (await Promise.all(runs)).reduce((sum, each) => sum + each, 0)
  say(`${done} operations, ${seconds(start)}, ${Math.round((done / (performance.now() - start)) * 1000)} per second`)
}

if (isMainThread) {
  const [, , what, argument, bound] = process.argv
  const named = protocols.filter(({ name }) => name.startsWith(argument ?? ""))
  if (what === "explore") exploreAll(named)
  else if (what === "beyond") exploreBeyond(named, Number(bound ?? 3600))
  else await sendTrafficOn(Number(bound ?? 1), Number(argument ?? 1e8))
} else {
  const { count, index, operations } = workerData as { count: number; index: number; operations: number }
  parentPort?.postMessage(sendTraffic(operations / count, index + 1, count))
}
