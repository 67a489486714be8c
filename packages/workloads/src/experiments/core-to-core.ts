/**
 * Core-to-core latency as nviennot/core-to-core-latency measures it: two threads pass a line to and fro, each with
 * compare-and-swap in a loop until it succeeds; one way is half of a round. Pairs take turns, all others wait on a
 * line of their own, so one run gives a matrix.
 *
 * Every pair has a line of its own in the memory of socket 0, and so has one thread of it its core there; sockets and
 * complexes are alike, so no pair is measured whose two threads sit in another one.
 */
import type { Machine, MechanismInstance } from "@isolde/core"
import { Placement } from "@isolde/core/interconnect/placement"
import { type MachineNumbers, numbersOf } from "@isolde/core/machines/machine"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, median, percentile, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf } from "./parameter-rule.ts"

/** Which pairs: threads of one core, or cores of one complex, of two complexes of a socket, or of two sockets. */
export type Between = "siblings" | "cores" | "complexes" | "sockets"

export interface CoreToCoreParameters {
  readonly [name: string]: number | string
  readonly between: Between
  readonly pairs: number
  readonly rounds: number
}

const REQUEST = "rounds"
/** The word that says whose turn it is; the pairs' words follow. */
const TURN = 0

export const coreToCore = experimentOf<CoreToCoreParameters>({
  name: "core-to-core",
  meaning: "ticks for a line to go from one thread to another, each writing it with compare-and-swap",
  parameters: {
    between: "siblings: threads of one core; cores: of one socket or complex; complexes: of one socket; sockets",
    pairs: "pairs measured at most, spread evenly over all of that kind",
    rounds: "rounds of one pair, after as many that warm"
  },
  defaults: { between: "cores", pairs: 45, rounds: 16 },
  accepts: { between: oneOf("siblings", "cores", "complexes", "sockets") },
  together: (parameters, machine) => {
    if (machine === undefined || pairsOf(numbersOf(machine), parameters).length > 0) return []
    const remedy = "Choose another kind, or a machine that has it: with sockets=2 or threadsPerCore=2, for instance."
    return [{ path: "between", expected: `pairs that ${machine.name} has`, actual: parameters.between, remedy }]
  },
  readings: [
    { name: "median", unit: "tick", meaning: "one way, median over the pairs" },
    { name: "least", unit: "tick", meaning: "one way, the nearest pair" },
    { name: "most", unit: "tick", meaning: "one way, the farthest pair" },
    { name: "mean", unit: "tick", meaning: "one way, mean over the pairs" },
    { name: "p5", unit: "tick", meaning: "one way, the pair below which a twentieth of all are" },
    { name: "p95", unit: "tick", meaning: "one way, the pair above which a twentieth of all are" },
    { name: "A-B", unit: "tick", meaning: "one way between hardware threads A and B" }
  ],
  scenario: (machine: Machine, parameters, mechanisms: ReadonlyArray<MechanismInstance>) => {
    const pairs = pairsOf(numbersOf(machine), parameters)
    return {
      machine,
      mechanisms,
      workers: machine.tiles * machine.threadsPerTile,
      workload: codeWorkload({
        name: "core-to-core",
        config: parameters,
        areas: [],
        requests: [REQUEST],
        words: 1 + pairs.length,
        threads: (numbers) => threadsOf(numbers, pairs, parameters.rounds)
      })
    }
  },
  read: ({ requests, scenario }, parameters) => {
    const ways = ticksOf(requests, REQUEST).map((ticks) => ticks / (2 * parameters.rounds))
    // Pairs take turns in their order.
    const pairs = pairsOf(numbersOf(scenario.machine), parameters)
    const each = Object.fromEntries(pairs.map(([a, b], i) => [`${a}-${b}`, ways[i] ?? Number.NaN]))
    const spread = { p5: percentile(ways, 5), p95: percentile(ways, 95) }
    return {
      ...each,
      ...spread,
      median: median(ways),
      least: Math.min(...ways),
      most: Math.max(...ways),
      mean: mean(ways)
    }
  }
})

/** Hardware threads of each pair, the one that keeps the time first. */
export function pairsOf(
  numbers: MachineNumbers,
  { between, pairs }: Pick<CoreToCoreParameters, "between" | "pairs">
): Array<readonly [number, number]> {
  const { threadsPerTile, tiles } = numbers
  const placement = new Placement(numbers)
  const all: Array<readonly [number, number]> = []
  for (let a = 0; a < tiles && placement.nodeOfTile(a) === 0; a++) {
    if (between === "siblings" && threadsPerTile === 2) all.push([2 * a, 2 * a + 1])
    for (let b = a + 1; b < tiles; b++) {
      if (kindOf(placement, a, b) === between) all.push([a * threadsPerTile, b * threadsPerTile])
    }
  }
  if (all.length <= pairs) return all
  return Array.from({ length: pairs }, (_, i) => all[Math.floor((i * all.length) / pairs)] as readonly [number, number])
}

function kindOf(placement: Placement, a: number, b: number): Between {
  if (placement.socketOfTile(a) !== placement.socketOfTile(b)) return "sockets"
  return placement.nodeOfTile(a) === placement.nodeOfTile(b) ? "cores" : "complexes"
}

function threadsOf(
  { threadsPerTile, tiles }: MachineNumbers,
  pairs: ReadonlyArray<readonly [number, number]>,
  rounds: number
): Array<{ readonly code: Code; readonly thread: number }> {
  const codes = Array.from({ length: tiles * threadsPerTile }, () => new Code([REQUEST]))
  for (const [turn, [first, second]] of pairs.entries()) {
    const word = 1 + turn
    const ping = codes[first] as Code
    const pong = codes[second] as Code
    ping.wait(TURN, turn).repeat(rounds, () => ping.compareSwap(word, 0, 1))
    ping.begin(REQUEST).repeat(rounds, () => ping.compareSwap(word, 0, 1))
    ping.end(REQUEST)
    pong.wait(TURN, turn).repeat(2 * rounds, () => pong.compareSwap(word, 1, 0))
    pong.signal(TURN, turn + 1)
  }
  return codes.map((code, thread) => ({ code, thread }))
}
