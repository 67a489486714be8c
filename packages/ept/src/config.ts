/**
 * What a user may choose about EPT switching.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a gate or an edit costs emerges.
 */
import { choice, flag, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

const noTrampoline = "no published instruction count; F2-09 and F2-17 (396 cycles a round trip) are for comparison only"

export const EptConfig = Schema.Struct({
  edits: choice(
    ["hypervisor", "remap"],
    "who changes what a domain may reach: the hypervisor, by an exit (LVDs, Hodor); or the guest's kernel, in page tables of each process, to which the value of CR3 is mapped anew by the switch (SkyBridge)"
  ),
  keys: flag(false, "protection keys inside each context: 15 domains to a context, and WRPKRU between them (EPK)"),
  interrupts: choice(
    ["exit", "deliver"],
    "an external interrupt exits to the hypervisor, or is delivered to the guest, whose handler switches to the first context and back (LVDs)"
  ),
  wrpkru: quantity({
    default: 40,
    unit: "cycle",
    meaning: "WRPKRU, with `keys`: younger instructions wait until it completes, older ones need not have finished",
    source: "F1a-43 (40 cycles on Tiger Lake); 23.3 on Skylake-SP (F1a-06)",
    range: [11, 49]
  }),
  vmfunc: quantity({
    default: 134,
    unit: "cycle",
    meaning: "VMFUNC leaf 0, EPTP switch with VPID on: older instructions complete first, younger wait",
    source: "F2-01 (134 +/- 3, Skylake); F2-15 gives 169 on Haswell, F2-23 109 to 147",
    range: [100, 200]
  }),
  eptpList: quantity({
    default: 512,
    unit: "entry",
    meaning: "contexts of the EPTP list; one of them is the monitor's view",
    source: "F2-06 (one 4 KB page of 8-byte pointers)",
    range: [2, 512]
  }),
  savedRegisters: quantity({
    default: 6,
    unit: "count",
    meaning: "registers that the gate stores before the call and loads after it",
    source: "System V ABI of x86-64: rbx, rbp, r12 to r15; F2-39 measures 35 to 71 cycles for such a save",
    range: [6, 16]
  }),
  gateInstructions: quantity({
    default: 12,
    unit: "instruction",
    meaning: "instructions of one pass of the trampoline beside stores, loads and VMFUNC, half of them before it",
    source: `assumed: index and leaf, a check of both, clearing of registers, call or return; ${noTrampoline}`,
    range: [4, 60]
  }),
  vmExit: quantity({
    default: 603,
    unit: "cycle",
    meaning: "the way into the hypervisor, by VMCALL or by an external interrupt",
    source:
      "F2-22 (round trip 1171 to 1240, Haswell): half of 1205, the split is assumed; F2-67 gives 835 for both ways",
    range: [400, 1000]
  }),
  vmEntry: quantity({
    default: 602,
    unit: "cycle",
    meaning: "the way back into the guest",
    source: "F2-22: the other half of 1205",
    range: [400, 1000]
  }),
  invept: quantity({
    default: 186,
    unit: "cycle",
    meaning: "INVEPT, single context: all mappings of one EP4TA on this logical processor",
    source: "assumed: as a CR3 write that flushes (F2-02, 186 +/- 10 cycles); no published number",
    range: [100, 600]
  }),
  flushSpace: quantity({
    default: 186,
    unit: "cycle",
    meaning: "with `remap`: a write of CR3 that forgets one process's translations on this logical processor",
    source: "F2-02 (186 +/- 10, Skylake); F2-21 gives 130 on Haswell",
    range: [100, 600]
  }),
  editPath: quantity({
    default: 150,
    unit: "instruction",
    meaning:
      "the hypercall's routine without its pages: dispatch of the exit, checks of owner and region; one instruction a cycle",
    source: "assumed: a small monitor as in F2-08; KVM's paths are longer",
    range: [30, 1500]
  }),
  editPerPage: quantity({
    default: 20,
    unit: "instruction",
    meaning: "one second-level entry: a walk in software of four levels, and the new entry",
    source: "assumed: four levels of five instructions each",
    range: [8, 100]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: AVX registers, as memcpy of glibc uses them",
    range: [8, 64]
  })
})

export type EptConfig = typeof EptConfig.Type
