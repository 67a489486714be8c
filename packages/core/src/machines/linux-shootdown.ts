/**
 * What shootdowns cost beside interrupts: path lengths of Linux, states of lazy shootdowns,
 * broadcast invalidations and remote action requests.
 * Law: each number is one action or one path. One of them, callTarget, was settled on a multi-core curve and says so.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, derived, recalled, type Value, verified } from "./value.ts"

type Shape = MachineShape<Value>
type Kernel = Shape["kernel"]

/** The initiator's side of calls to other CPUs. */
export const initiatorPaths: Pick<Kernel, "callPath" | "callManyPath" | "callTarget"> = {
  callPath: assumed(
    150,
    [80, 300],
    "assumed: some 150 instructions of native_flush_tlb_others, on_each_cpu_cond_mask and smp_call_function_single, or smp_call_function_many as far as it finds out that one call isn't all"
  ),
  callManyPath: assumed(
    300,
    [150, 600],
    "assumed: some 300 instructions of smp_call_function_many outside its loops (the mask of targets), native_send_call_func_ipi (a mask allocated, copied, compared and freed) and __x2apic_send_IPI_mask (a copy again); no row"
  ),
  callTarget: derived(
    100,
    [40, 160],
    "calibration: F1a-22 (libmpk Fig. 10; with 40 its increments come out a third short); an argument for it: a turn of four loops for each target (condition, call data and queue, interrupt, wait), some 25 instructions each"
  )
}

/** LATR's states. */
export const lazyShootdown: Shape["lazyShootdown"] = {
  states: verified(64, "F5-18"),
  savePath: assumed(
    120,
    [60, 300],
    "assumed: some 120 instructions; F5-16 gives 132.3 ns = 318 cycles with its lines, E5-2630 v3"
  ),
  sweepPath: assumed(
    120,
    [60, 380],
    "assumed: some 120 instructions; F5-16 gives 158.0 ns = 379 cycles with its lines and invalidations, E5-2630 v3"
  ),
  reclaimTicks: derived(2, [2, 2], "F5-18: 2 ms at a scheduler tick of 1 ms")
}

/** INVLPGB where AMD has it, remote action requests where Intel has them; hypothetical elsewhere. */
export const invalidationX86: Shape["remoteInvalidation"] = {
  issue: assumed(60, [30, 300], "assumed: micro-coded INVLPGB, pipelined; F5-68 gives throughput of whole calls alone"),
  pages: recalled(8, [1, 65_536], "recalled: CPUID gives a count of 8 pages on Zen 3; no row"),
  apply: assumed(100, [30, 300], "assumed: as one INVLPG without its serialisation (F5-61: about 100)"),
  globalFrom: verified(4, "F5-72"),
  actions: verified(64, "F5-73"),
  service: assumed(150, [50, 500], "assumed: a micro-coded assist, less than an interrupt's entry; F5-73: no numbers")
}

/** TLBI ... IS, and DSB ISH. */
export const invalidationArm: Shape["remoteInvalidation"] = {
  issue: assumed(10, [2, 40], "assumed: F5-76: 5 % of TLBI + DSB is not spent waiting"),
  pages: recalled(1, [1, 512], "recalled: TLBI by range needs FEAT_TLBIRANGE (Armv8.4); TLBI VAE1IS names one page"),
  apply: assumed(60, [20, 300], "assumed: the target drains older accesses and answers the DVM synchronisation"),
  globalFrom: assumed(1, [1, 1], "assumed: ASIDs are global on Arm"),
  actions: assumed(64, [64, 64], "assumed: as F5-73; no such hardware on Arm"),
  service: assumed(150, [50, 500], "assumed: as on x86-64; no such hardware on Arm")
}
