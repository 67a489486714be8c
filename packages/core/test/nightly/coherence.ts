/**
 * The checks of coherence that take longer than a suite may. `explore`: every situation of two to four caches, and of
 * two lines that share one way, with the cells that no situation reaches. `traffic`: the random tester, so many
 * operations, on so many workers.
 * Law: a check that fails ends the script with its reason; one that passes says what it counted.
 *
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts explore [protocol name]
 *   node --conditions=@isolde/source packages/core/test/nightly/coherence.ts traffic [operations] [workers]
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { disagreements } from "../coherence/agreement.ts"
import { cellsOf } from "../coherence/model/cells.ts"
import { type Explored, explore } from "../coherence/model/explorer.ts"
import { LineAutomaton } from "../coherence/model/line-automaton.ts"
import { type Checked, protocols } from "../coherence/model/protocols.ts"
import { exploreTwoLines } from "../coherence/model/two-line-explorer.ts"
import { CellCoverage } from "../coherence/traffic/cell-coverage.ts"
import { cramped } from "../coherence/traffic/cramped.ts"
import { traffic } from "../coherence/traffic/traffic.ts"

/** Two lines on top of one where asked for; the largest make deliveries at once that commute with all else (ED1). */
const sizes = [
  { caches: 2, wholeLines: true, eager: false, twoLines: true },
  { caches: 3, wholeLines: true, eager: false, twoLines: false },
  { caches: 4, wholeLines: true, eager: true, twoLines: false },
  { caches: 3, wholeLines: false, eager: true, twoLines: true }
] as const

const say = (line: string) => process.stdout.write(`${line}\n`)

/** Runs `look` and says what it counted. */
function counted(what: string, look: () => Explored): void {
  const { user } = process.cpuUsage()
  const { depth, situations, transitions } = look()
  const seconds = ((process.cpuUsage().user - user) / 1e6).toFixed(1)
  const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20)
  say(`${what}: ${situations} situations, ${transitions} transitions, depth ${depth}, ${seconds} s, ${megabytes} MB`)
}

function exploreAll(wanted: ReadonlyArray<Checked>): void {
  const reached = new Map<string, { cache: Array<Uint8Array>; home: Array<Uint8Array>; protocol: Checked }>()
  for (const protocol of wanted) {
    const tables = protocol.name.split(",")[0] as string
    const cells = reached.get(tables) ?? { cache: [], home: [], protocol }
    reached.set(tables, cells)
    for (const { twoLines, ...size } of sizes) {
      const automaton = new LineAutomaton({ ...protocol, ...size })
      const accesses = size.wholeLines ? "" : ", no whole-line accesses"
      const what = `${protocol.name}, ${size.caches} caches${accesses}`
      counted(`${what}, 1 line`, () => explore(automaton))
      const alone = automaton.states
      if (twoLines) counted(`${what}, 2 lines`, () => exploreTwoLines(automaton))
      if (automaton.states !== alone) throw new Error(`${what}: a line among two does what none does alone`)
      cells.cache.push(automaton.model.cacheCells)
      cells.home.push(automaton.model.homeCells)
    }
  }
  for (const [name, { cache, home, protocol }] of reached) {
    const sides = [
      ["cache", cellsOf(protocol.cache, cache)],
      ["home", cellsOf(protocol.home, home)]
    ] as const
    for (const [side, { unreachable, unreached }] of sides) {
      // Some cells belong to one policy of the LLC: with both, each defined one is reached.
      const both = protocols.every((each) => !each.name.startsWith(`${name},`) || wanted.includes(each))
      const missing = `${name}, ${side}: never reached: ${unreached.join(", ")}`
      if (unreached.length > 0 && both) throw new Error(missing)
      say(unreached.length > 0 ? missing : `${name}, ${side}: every defined cell reached`)
      say(`${name}, ${side}: ${unreachable.length} cells proven unreachable`)
      say(`  ${unreachable.join(", ")}`)
    }
  }
}

/** What one worker counted: cells by protocol. */
interface Sent {
  done: number
  checks: number
  readonly cells: Record<string, { cache: Uint8Array; home: Uint8Array }>
}

/** Runs `first`, `first` + `step` … until so many operations are done. */
function sendTraffic(operations: number, first: number, step: number): Sent {
  const sent: Sent = { done: 0, checks: 0, cells: {} }
  for (let seed = first; sent.done < operations; seed += step) {
    const protocol = seed & 1 ? "mesi" : "moesi"
    const llcPolicy = seed & 2 ? "inclusive" : "non-inclusive"
    const cores = 2 + (seed % 7)
    const machine = skylakeSp({ cores, protocol, llcPolicy, overrides: cramped })
    const run = traffic(machine, { operations: 50_000, lines: 4 + (seed % 29), seed })
    const wrong = disagreements(run)
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join("; ")}`)
    sent.done += run.done
    sent.checks += run.checks
    const known = sent.cells[protocol]
    for (const side of ["cache", "home"] as const) if (known !== undefined) run.cells[side].add(known[side])
    sent.cells[protocol] = { cache: run.cells.cache.cells, home: run.cells.home.cells }
  }
  return sent
}

/** One worker in `count` takes each of so many seeds. */
async function sendTrafficOn(count: number, operations: number): Promise<void> {
  const start = performance.now()
  const runs = Array.from({ length: count }, (_, index) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { index, count, operations } })
    return new Promise<Sent>((resolve, reject) => {
      worker.once("message", resolve)
      worker.once("error", reject)
    })
  })
  const sent = await Promise.all(runs)
  const sum = (of: (each: Sent) => number) => sent.reduce((total, each) => total + of(each), 0)
  const done = sum((each) => each.done)
  const seconds = (performance.now() - start) / 1000
  say(`${done} operations, ${seconds.toFixed(1)} s, ${Math.round(done / seconds)} per second`)
  say(`${sum((each) => each.checks)} values read, each the last store's; every directory agrees at rest`)
  for (const { cache, home, name } of protocols.filter(({ inclusive }) => inclusive)) {
    const tables = name.split(",")[0] as string
    for (const [side, table] of [
      ["cache", cache],
      ["home", home]
    ] as const) {
      const coverage = new CellCoverage(table)
      for (const { cells } of sent) if (cells[tables] !== undefined) coverage.add(cells[tables][side])
      const { defined, unseen } = coverage.summary
      const missing = unseen.length === 0 ? "" : `, not ${unseen.join(", ")}`
      say(`${tables}, ${side}: ${defined - unseen.length} of ${defined} cells performed${missing}`)
    }
  }
}

if (isMainThread) {
  const [, , what, argument, bound] = process.argv
  const named = protocols.filter(({ name }) => name.startsWith(argument ?? ""))
  if (what === "explore") exploreAll(named)
  else await sendTrafficOn(Number(bound ?? 1), Number(argument ?? 1e8))
  say("passed")
} else {
  const { count, index, operations } = workerData as { count: number; index: number; operations: number }
  parentPort?.postMessage(sendTraffic(operations / count, index + 1, count))
}
