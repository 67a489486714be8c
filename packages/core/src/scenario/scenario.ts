/**
 * A scenario: machine, mechanisms, workload, seed. A run is a pure function of it (law L2). `Scenario.make`
 * checks everything at once and freezes the result.
 */

import { type InputIssue, shown } from "../invalid-input.ts"
import { conflicts } from "../isolation/thread-state.ts"
import type { KernelChoice, Machine } from "../machines/machine.ts"
import type { ShootdownChoice } from "../machines/shootdown-choice.ts"
import { MECHANISM_API, type MechanismInstance } from "../mechanism.ts"
import { pageBytes } from "../memory/page-size.ts"
import { type FrameAllocator, frameAllocators, type NodePolicy, nodePolicies, PAGE_BYTES } from "../memory/pages.ts"
import { type DecodeParts, decodeInput } from "./decode-scenario.ts"
import { InvalidScenario } from "./invalid-scenario.ts"
import type { Workload } from "./workload.ts"

export interface ScenarioInput {
  readonly machine: Machine
  /** None, one, or several that check accesses in parallel; two that need the same register are refused. */
  readonly mechanisms: ReadonlyArray<MechanismInstance>
  readonly workload: Workload
  /** Workers, one per core; default: every core of the machine. */
  readonly workers?: number
  readonly seed?: number
  /** Where physical frames come from; default `shuffled`. */
  readonly frames?: FrameAllocator
  /** On which node's memory a page lies; default `firstTouch`. */
  readonly nodes?: NodePolicy
  /**
   * Bytes of the host's pages when the workload runs in a virtual machine, whose walks have two dimensions; 0 on bare
   * metal. Default: base pages where the machine's kernel is virtualised, else 0. The second-level tables of a mechanism
   * that has its own take their place.
   */
  readonly hostPages?: number
  /** Run ahead of the events within the lookahead; the result is the same without. Default true. */
  readonly runAhead?: boolean
  /** The run gives up after so many events; default 4 * 10^9. */
  readonly maxEvents?: number
}

export interface Scenario extends Required<ScenarioInput> {
  readonly hypothetical: boolean
}

/** Most software threads that take turns on one hardware thread. */
const MOST_TURNS = 64

export const Scenario = {
  encode,

  /**
   * The scenario that `encode` has written as `json`, with the code of `parts` attached: the values that its packages
   * export. Throws InvalidScenario with every issue.
   */
  decode(json: unknown, parts: DecodeParts): Scenario {
    return Scenario.make(decodeInput(json, parts))
  },

  /** Throws InvalidScenario with every issue. */
  make(input: ScenarioInput): Scenario {
    const issues: Array<InputIssue> = []
    const { machine, mechanisms, workload } = input
    const workers = input.workers ?? machine.tiles
    const seed = input.seed ?? 1
    const hardware = machine.tiles * machine.threadsPerTile
    const most = hardware * MOST_TURNS
    if (!Number.isInteger(workers) || workers < 1 || workers > most) {
      issues.push({
        path: "workers",
        expected: `an integer from 1 to ${most}, ${MOST_TURNS} times the machine's hardware threads`,
        actual: shown(workers),
        remedy: "Choose fewer workers, or a machine with more cores."
      })
    }
    if (!Number.isInteger(seed) || Math.abs(seed) > 0x7fff_ffff) {
      issues.push({
        path: "seed",
        expected: "a 32-bit integer",
        actual: shown(seed),
        remedy: "Choose any whole number."
      })
    }
    const hostPages = input.hostPages ?? (machine.kernel.virtualised ? PAGE_BYTES : 0)
    if (hostPages !== 0 && !pageBytes.includes(hostPages)) {
      issues.push({
        path: "hostPages",
        expected: `0 (no virtual machine) or ${pageBytes.join(", ")} bytes: a page is 4 KB, 2 MB or 1 GB`,
        actual: shown(hostPages),
        remedy: "Choose one of them; the model's tables have 4 KB granules, so other sizes don't exist."
      })
    }
    for (const reason of conflicts(mechanisms)) {
      issues.push({
        path: "mechanisms",
        expected: "mechanisms that can be combined",
        actual: reason,
        remedy: "Leave one of them out."
      })
    }
    for (const [at, mechanism] of mechanisms.entries())
      issues.push(...issuesOf(mechanism, workload, `mechanisms[${at}]`))
    const frames = input.frames ?? "shuffled"
    const nodes = input.nodes ?? "firstTouch"
    issues.push(...wordIssues("frames", frames, frameAllocators), ...wordIssues("nodes", nodes, nodePolicies))
    if (issues.length > 0) throw new InvalidScenario(issues)
    return Object.freeze({
      machine,
      mechanisms,
      workload,
      workers,
      seed,
      frames,
      nodes,
      hostPages,
      runAhead: input.runAhead ?? true,
      maxEvents: input.maxEvents ?? 4e9,
      hypothetical: isHypothetical(machine, mechanisms, workload)
    })
  }
}

function wordIssues(path: string, value: unknown, words: ReadonlyArray<string>): Array<InputIssue> {
  if (words.includes(value as string)) return []
  return [{ path, expected: `one of ${words.join(", ")}`, actual: shown(value), remedy: "Choose one of them." }]
}

/** A scenario as data: what attaches code again is the package that each part names. */
export interface EncodedScenario {
  readonly machine: {
    readonly name: string
    readonly cores: number
    readonly threadsPerCore: number
    readonly sockets: number
    readonly kernel: KernelChoice
    readonly protocol: string
    readonly llcPolicy: string
    readonly shootdown: ShootdownChoice
    readonly overrides: unknown
  }
  readonly mechanisms: ReadonlyArray<{
    readonly package: string
    readonly version: string
    readonly api: number
    readonly config: unknown
  }>
  readonly workload: {
    readonly package: string
    readonly version: string
    readonly name: string
    readonly config: unknown
  }
  readonly workers: number
  readonly seed: number
  readonly frames: FrameAllocator
  readonly nodes: NodePolicy
  readonly hostPages: number
}

function encode(scenario: Scenario): EncodedScenario {
  const { machine, workload } = scenario
  return {
    machine: {
      name: machine.name,
      cores: machine.tiles,
      threadsPerCore: machine.threadsPerTile,
      sockets: machine.sockets,
      kernel: machine.kernel,
      protocol: machine.protocol,
      llcPolicy: machine.llcPolicy,
      shootdown: machine.shootdown,
      overrides: machine.overrides
    },
    mechanisms: scenario.mechanisms.map(({ api, config, package: name, version }) => ({
      package: name,
      version,
      api,
      config
    })),
    workload: { package: workload.package, version: workload.version, name: workload.name, config: workload.config },
    workers: scenario.workers,
    seed: scenario.seed,
    frames: scenario.frames,
    nodes: scenario.nodes,
    hostPages: scenario.hostPages
  }
}

/** The hardware doesn't exist there, or the instructions are another machine's. */
function isHypothetical(machine: Machine, mechanisms: ReadonlyArray<MechanismInstance>, workload: Workload): boolean {
  const foreign = mechanisms.some(
    ({ traits }) =>
      !traits.isa.includes(machine.isa) ||
      (traits.features ?? []).some((feature) => !machine.features.includes(feature))
  )
  return machine.shootdown.hypothetical || foreign || (workload.isa !== undefined && workload.isa !== machine.isa)
}

function issuesOf(mechanism: MechanismInstance, workload: Workload, path: string): Array<InputIssue> {
  const issues: Array<InputIssue> = []
  if (mechanism.api !== MECHANISM_API) {
    issues.push({
      path,
      expected: `a mechanism for interface version ${MECHANISM_API}`,
      actual: `version ${mechanism.api}`,
      remedy: `Install a release of ${mechanism.package} that fits this @isolde/core.`
    })
  }
  const reason = mechanism.refuse(workload.demand)
  if (reason !== undefined) {
    issues.push({
      path,
      expected: `a mechanism that can express ${workload.name} with exchange "${workload.exchange}"`,
      actual: `${mechanism.name} can't: ${reason}`,
      remedy: "Choose another exchange policy or another mechanism."
    })
  }
  return issues
}
