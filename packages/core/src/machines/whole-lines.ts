/**
 * What each vendor's cores do with stores that overwrite whole lines.
 * Law: a number here holds for every machine that names it.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, recalled, type Value } from "./value.ts"

type WholeLines = MachineShape<Value>["wholeLines"]

const noStreams = {
  streamAfter: recalled(0, [0, 0], "recalled: stores of x86-64 don't stream by themselves, programs say non-temporal"),
  streamHome: recalled(0, [0, 0], "recalled: as streamAfter"),
  streamPast: recalled(0, [0, 0], "recalled: stores of x86-64 don't stream by themselves, programs say non-temporal")
}

/** Intel. */
export const wholeLinesIntel: WholeLines = {
  strings: recalled(
    1,
    [0, 1],
    "recalled: string instructions use a protocol that doesn't read for ownership, by their designer's account (A. Glew); counters of Ice Lake show a request per line and can't tell whether it brings data (stackoverflow.com 66274948)"
  ),
  ...noStreams
}

/** AMD. */
export const wholeLinesAmd: WholeLines = {
  strings: assumed(0, [0, 1], "assumed: read like those of other stores; AMD says nothing"),
  ...noStreams
}

const trm = "Arm's manual of Cortex-A76 (100798): A6.2.6, write streaming mode, and CPUECTLR_EL1 at reset, 0x961563000"

/** Arm. */
export const wholeLinesArm: WholeLines = {
  strings: recalled(0, [0, 0], "recalled: no string instructions before FEAT_MOPS"),
  streamAfter: recalled(
    64,
    [4, 128],
    `recalled: 4 KB for streams to the L2, WS_THR_L2 = 1, of 256 bytes, 4 KB and 8 KB; ${trm}`
  ),
  streamHome: recalled(256, [12, 512], `recalled: 16 KB for streams to the L3, WS_THR_L3 = 1; ${trm}`),
  streamPast: recalled(
    16_384,
    [1024, 131_072],
    `recalled: 1 MB for streams to DRAM, WS_THR_DRAM = 1; those to a system cache, from 64 KB on (WS_THR_L4), stay in the LLC here; ${trm}`
  )
}

/** Apple publishes nothing. */
export const wholeLinesApple: WholeLines = {
  strings: recalled(0, [0, 0], "recalled: no string instructions before FEAT_MOPS"),
  streamAfter: assumed(64, [0, 128], "assumed: as Arm's; Apple publishes nothing"),
  streamHome: assumed(256, [12, 512], "assumed: as Arm's; Apple publishes nothing"),
  streamPast: assumed(16_384, [1024, 131_072], "assumed: as Arm's; Apple publishes nothing")
}
