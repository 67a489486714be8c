/**
 * What each core's front end needs for taken branches that it predicts, and how far it runs ahead of dispatch.
 * Law: a number here holds for every machine that names it.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, recalled, type Value } from "./value.ts"

type FrontEnd = MachineShape<Value>["frontEnd"]

const tables =
  "recalled: Agner Fog, Instruction tables (recalled): CALL and JMP through a register or memory, one in two cycles"

const intel = (queue: number, known: string, from: string): FrontEnd => ({
  takenBranch: recalled(1, [1, 2], known),
  indirectBranch: recalled(2, [1, 3], tables),
  queue: recalled(queue, [queue / 2, queue], `recalled: ${from}`)
})

const haswell =
  "recalled: Chips and Cheese, Sunny Cove: Haswell and Skylake handle 128 taken branches without a bubble, more at one in two cycles"

/** Haswell and Broadwell. */
export const frontEndHaswell = intel(56, haswell, "queue of decoded micro-operations for one thread")

export const frontEndSkylake = intel(64, haswell, "queue of decoded micro-operations for each thread")

/** Sandy Bridge and Ivy Bridge: no small buffer of targets in front of the main one. */
export const frontEndIvyBridge: FrontEnd = {
  ...frontEndHaswell,
  takenBranch: recalled(2, [1, 2], "recalled: Agner Fog, Instruction tables (recalled): taken jumps, one in two cycles")
}

/** Sunny Cove and Willow Cove. */
export const frontEndSunnyCove = intel(
  70,
  "recalled: Chips and Cheese, Sunny Cove: 256 taken branches without a bubble, more at one in two cycles",
  "queue of decoded micro-operations for each thread"
)

export const frontEndGoldenCove = intel(
  72,
  "recalled: Chips and Cheese, Golden Cove: 128 taken branches at about one a cycle, the next level a cycle later",
  "queue of decoded micro-operations, 144 for one thread, 72 for each of two"
)

const amd = (takenBranch: Value): FrontEnd => ({
  takenBranch,
  indirectBranch: assumed(2, [1, 4], "assumed: a target out of the indirect predictor comes a cycle later"),
  queue: recalled(72, [36, 96], "recalled: queue of micro-operations in front of dispatch")
})

export const frontEndZen3 = amd(
  recalled(1, [1, 4], "recalled: Chips and Cheese, Zen 3: 1024 taken branches without a bubble")
)
export const frontEndZen5 = amd(
  recalled(1, [1, 1], "recalled: 16,384 targets at one a cycle, two where they are close")
)

/** Neoverse N1, and Morello, which is made of it. */
export const frontEndNeoverseN1: FrontEnd = {
  takenBranch: recalled(
    2,
    [1, 3],
    "recalled: measured by J. Chen (jiegec), BTB of Neoverse N1: one a cycle for 16 branches, one in 2 for 80, one in 2 to 3 beyond",
    "code of more than 16 branches"
  ),
  indirectBranch: assumed(2, [1, 4], "assumed: as direct ones beyond the smallest buffer"),
  queue: assumed(32, [12, 64], "assumed: fetches run ahead by some lines; Arm publishes no number")
}

export const frontEndCortexX3: FrontEnd = {
  takenBranch: recalled(
    1,
    [1, 3],
    "recalled: Chips and Cheese, Cortex-X2: two a cycle for 64 branches, a penalty of 1 or 2 cycles for 10,000; X3's buffers are larger"
  ),
  indirectBranch: assumed(1, [1, 3], "assumed: X3 has a predictor of its own for indirect branches (m-618's source)"),
  queue: assumed(32, [16, 96], "assumed: as for Neoverse N1")
}

/** Apple publishes nothing. */
export const frontEndApple: FrontEnd = {
  takenBranch: assumed(1, [1, 2], "assumed: as other cores of eight instructions; Apple publishes nothing"),
  indirectBranch: assumed(1, [1, 3], "assumed: as takenBranch"),
  queue: assumed(64, [32, 128], "assumed: eight cycles of dispatch")
}
