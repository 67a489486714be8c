/**
 * A gate as program text, for one that no mechanism has: nested null invocations, each of which saves registers, takes its
 * callee's stack from a list by an atomic operation, clears registers and calls, and undoes it on the way back. How
 * much of each there is, is all that is chosen; nothing is protected.
 */
import { Control } from "@isolde/core/processor/instruction-table"
import { fixed } from "../programs/access-pattern.ts"
import { Code, type CodeInstruction } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface WrittenGateParameters {
  readonly [name: string]: number
  readonly chain: number
  readonly saved: number
  readonly cleared: number
  readonly atomics: number
  readonly others: number
  readonly extendedBytes: number
  readonly save: number
  readonly restore: number
  readonly switch: number
  readonly rounds: number
}

const REQUEST = "invocations"
/** The lists of free stacks, one line for each callee; and the memory in which each caller's state is saved. */
const [STACKS, STATE] = [0, 1]
const PAGE = 4096
const VECTOR = 32

export const writtenGate = experimentOf<WrittenGateParameters>({
  name: "written-gate",
  meaning: "ticks of a null invocation through a gate that is written down instruction by instruction",
  parameters: {
    chain: "callees that are invoked one from another before the way back",
    saved: "general registers stored on the way in and loaded on the way back",
    cleared: "registers cleared on each way",
    atomics: "atomic operations on each way, on a line of the callee's: its list of stacks",
    others: "other instructions on each way: two that depend on each other at a time",
    extendedBytes: "bytes of vector state stored on the way in and loaded on the way back, 32 at a time",
    save: "ticks of the microcode that stores them; 0: plain moves",
    restore: "ticks of the microcode that loads them; 0: plain moves",
    switch: "ticks of the instruction that changes rights on each way, for which younger ones wait; 0: none",
    rounds: "times that the chain is gone, after as many that warm"
  },
  defaults: {
    chain: 1,
    saved: 15,
    cleared: 15,
    atomics: 1,
    others: 12,
    extendedBytes: 0,
    save: 0,
    restore: 0,
    switch: 0,
    rounds: 32
  },
  accepts: {
    saved: orNone,
    cleared: orNone,
    atomics: orNone,
    others: orNone,
    extendedBytes: { least: 0, multipleOf: 32 },
    save: orNone,
    restore: orNone,
    switch: orNone
  },
  readings: [{ name: "ticks", unit: "tick", meaning: "one invocation, there and back" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "written-gate",
      config: parameters,
      areas: [
        { name: "lists of stacks", bytes: PAGE },
        { name: "saved state", bytes: parameters.chain * PAGE }
      ],
      requests: [REQUEST],
      threads: ({ core }) => [{ code: codeOf(parameters, core.locked) }]
    })
  }),
  read: ({ requests }, { chain, rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / chain / rounds })
})

function codeOf(parameters: WrittenGateParameters, locked: number): Code {
  const code = new Code([REQUEST])
  const depths = Array.from({ length: parameters.chain }, (_, depth) => depth)
  const ways = depths.map((depth) => ({
    in: code.block(wayIn(parameters, depth, locked)),
    back: code.block(wayBack(parameters, depth, locked))
  }))
  const thereAndBack = (): void => {
    for (const way of ways) code.run(way.in)
    for (const way of [...ways].reverse()) code.run(way.back)
  }
  code.repeat(parameters.rounds, thereAndBack)
  code.begin(REQUEST).repeat(parameters.rounds, thereAndBack)
  return code.end(REQUEST)
}

const times = <A>(count: number, of: (at: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, i) => of(i))

/** Registers: 0 to 15 general, 20 to 51 vectors, 60 what the list gives. */
const LIST = 60

function wayIn(parameters: WrittenGateParameters, depth: number, locked: number): ReadonlyArray<CodeInstruction> {
  const { extendedBytes, save, saved } = parameters
  const at = depth * PAGE
  return [
    ...times(saved, (i) => ({ store: { area: STATE, at: fixed(at + 8 * i) }, data: [i] })),
    ...(save > 0 ? [{ control: Control.serialising, latency: save }] : []),
    ...times(Math.ceil(extendedBytes / VECTOR), (i) => ({
      store: { area: STATE, at: fixed(at + 1024 + VECTOR * i), bytes: VECTOR },
      data: [20 + (i % 32)]
    })),
    ...changed(parameters, depth, locked)
  ]
}

function wayBack(parameters: WrittenGateParameters, depth: number, locked: number): ReadonlyArray<CodeInstruction> {
  const { extendedBytes, restore, saved } = parameters
  const at = depth * PAGE
  return [
    ...changed(parameters, depth, locked),
    ...(restore > 0 ? [{ control: Control.serialising, latency: restore }] : []),
    ...times(Math.ceil(extendedBytes / VECTOR), (i) => ({
      load: { area: STATE, at: fixed(at + 1024 + VECTOR * i), bytes: VECTOR },
      to: [20 + (i % 32)]
    })),
    ...times(saved, (i) => ({ load: { area: STATE, at: fixed(at + 8 * i) }, to: [i] }))
  ]
}

/** What both ways have: the list of stacks, rights, cleared registers, the rest. */
function changed(
  { atomics, cleared, others, switch: ticks }: WrittenGateParameters,
  depth: number,
  locked: number
): ReadonlyArray<CodeInstruction> {
  const list = { area: STACKS, at: fixed(64 * (depth % 64)) }
  return [
    ...times(atomics, () => [
      { load: list, to: [LIST] },
      { modify: list, control: Control.locked, latency: locked, data: [LIST], to: [LIST] }
    ]).flat(),
    ...(ticks > 0 ? [{ control: Control.serialising, latency: ticks }] : []),
    ...times(cleared, (i) => ({ to: [i] })),
    ...times(others, (i) => ({ data: [LIST - 1 - (i % 2)], to: [LIST - 1 - (i % 2)] }))
  ]
}
