/**
 * What a mechanism's check costs the host where every access hits: simulated accesses per second with it on its native
 * machine, beside the same stream without a mechanism. MTE's, which looks at every access, also in a process that has
 * run six mechanisms, and all: a call that many mechanisms share would be slow there.
 * Law: the two take turns in one process, each has run twice before, and what counts is the processor's time.
 */
import { cortexX3, type Machine, type MechanismInstance, machineByName } from "@isolde/core"
import { mechanismByName, mechanismNames } from "../compare/mechanism-by-name.ts"
import { type AddressStream, addressStreams } from "./address-streams.ts"
import { median, type Sample } from "./figures.ts"
import { streamRate } from "./memory-rate.ts"

const PAIRS = 5
const WARM_UPS = 2
/** Lines that the accesses go to: they stay in the L1D, so that the check is not hidden behind misses. */
const LINES = 256
const CHECKED = "mte"
const SIX = ["mpk", "ept", "cheri", "pac", "sfi"]

/** `loaded_1`, `loaded_6` and `loaded_all`, each with what it is paired with as `_baseline`. */
export async function hookCosts(accesses: number): Promise<Sample> {
  const rate = rateOn(cortexX3({ cores: 1 }), accesses)
  const checked = [(await mechanismByName(CHECKED))()]
  const one = paired(rate, checked, "loaded_1")
  for (const other of SIX) rate([(await mechanismByName(other))()])
  const six = paired(rate, checked, "loaded_6")
  for (const other of mechanismNames) rate([(await mechanismByName(other))()])
  return { ...one, ...six, ...paired(rate, checked, "loaded_all") }
}

/** `name` with what it is paired with, for one mechanism. */
export async function hookCost(name: string, accesses: number): Promise<Sample> {
  const checked = (await mechanismByName(name))()
  const machine = machineByName(checked.traits.nativeMachine)({ cores: 1 })
  return paired(rateOn(machine, accesses), [checked], name)
}

type Rate = (mechanisms: ReadonlyArray<MechanismInstance>) => number

/** The rate at which `machine` runs the stream, with these mechanisms. */
function rateOn(machine: Machine, accesses: number): Rate {
  const streams = addressStreams("hit", 1, accesses).map(within)
  return (mechanisms) => streamRate("hits", streams, machine, mechanisms, processorTime)
}

/** Milliseconds that this process has had a processor. */
function processorTime(): number {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1000
}

const within = (stream: AddressStream): AddressStream => ({ ...stream, line: stream.line.map((line) => line % LINES) })

function paired(rate: Rate, checked: ReadonlyArray<MechanismInstance>, name: string): Sample {
  for (let warm = 0; warm < WARM_UPS; warm++) {
    rate([])
    rate(checked)
  }
  const pairs = Array.from({ length: PAIRS }, () => ({ off: rate([]), on: rate(checked) }))
  return {
    [name]: median(pairs.map(({ on }) => on)),
    [`${name}_baseline`]: median(pairs.map(({ off }) => off)),
    [`${name}_ratio`]: median(pairs.map(({ off, on }) => on / off))
  }
}
