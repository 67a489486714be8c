/**
 * What a mechanism's own check costs the host: simulated accesses per second with MTE's, which looks at every access,
 * beside the same stream without a mechanism; first with MTE alone, then in a process that has run every mechanism.
 * Law: the two take turns in one process, and each has run once before.
 */
import { cortexX3, type MechanismInstance } from "@isolde/core"
import { mechanismByName, mechanismNames } from "../compare/mechanism-by-name.ts"
import { type AddressStream, addressStreams } from "./address-streams.ts"
import { median, type Sample } from "./figures.ts"
import { streamRate } from "./memory-rate.ts"

const PAIRS = 5
/** Lines that the accesses go to: they stay in the L1D, so that the check is not hidden behind misses. */
const LINES = 256
const CHECKED = "mte"

/** `check_one` and `check_all`, each with what it is paired with as `_baseline`. */
export async function checkCosts(accesses: number): Promise<Sample> {
  const machine = cortexX3({ cores: 1 })
  const streams = addressStreams("hit", 1, accesses).map(within)
  const rate = (mechanisms: ReadonlyArray<MechanismInstance>) => streamRate("hits", streams, machine, mechanisms)
  const checked = [(await mechanismByName(CHECKED))()]
  const one = paired(rate, checked, "check_one")
  for (const other of mechanismNames) rate([(await mechanismByName(other))()])
  return { ...one, ...paired(rate, checked, "check_all") }
}

const within = (stream: AddressStream): AddressStream => ({ ...stream, line: stream.line.map((line) => line % LINES) })

function paired(
  rate: (mechanisms: ReadonlyArray<MechanismInstance>) => number,
  checked: ReadonlyArray<MechanismInstance>,
  name: string
): Sample {
  rate([])
  rate(checked)
  const pairs = Array.from({ length: PAIRS }, () => ({ off: rate([]), on: rate(checked) }))
  return {
    [name]: median(pairs.map(({ on }) => on)),
    [`${name}_baseline`]: median(pairs.map(({ off }) => off)),
    [`${name}_ratio`]: median(pairs.map(({ off, on }) => on / off))
  }
}
