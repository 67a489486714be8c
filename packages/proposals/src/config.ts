/**
 * What a user may choose about a proposal. Law: a quantity is one hardware action, or the path length of a named
 * routine; of hardware that nobody built, its source is the argument for it, and its range what the argument leaves open.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Effect, Schema } from "effect"

const flag = (otherwise: boolean, meaning: string) =>
  Schema.Boolean.annotate({ description: meaning }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(otherwise)))

export const ProposalsConfig = Schema.Struct({
  base: choice(
    ["keys", "tags", "proxy", "xpc", "hfi", "ideal"],
    "keys: protection keys, an object's changed by a trusted store to its page-table entries, which coherence makes every TLB forget; tags: memory tags; proxy: pointers that name an entry of a table; xpc: calls between address spaces by hardware, with a segment handed over (XPC); hfi: region registers in the core, checked beside the access (HFI); ideal: rights that change for everybody at once"
  ),
  tagRegister: flag(
    true,
    "with `tags`: an access carries the tag of a protected register that gates write, instead of the one that an instruction puts into its address"
  ),
  variableGranule: flag(
    true,
    "with `tags`: each page has a granule of its own, the largest that tells the objects on it apart, up to the page"
  ),
  tagTraffic: flag(
    true,
    "with `tags`: tags of granules up to a line come from memory beside it, as those of `mte` do; or with it, in ECC bits, at no cost"
  ),
  extendedRegisters: choice(
    ["none", "fxsave", "hardware"],
    "what of the vector state the gate saves and restores: nothing; 512 bytes by FXSAVE and FXRSTOR; or the same bytes by the core itself, a line at a time"
  ),
  oneCycleSwitch: flag(false, "the instruction that changes the domain takes a cycle, and nothing waits for it"),
  tagBits: quantity({
    default: 8,
    unit: "count",
    meaning: "with `tags`: bits of a tag; one value is nobody's, the others are domains",
    source: "assumed: the byte that address translation ignores (TBI); mte-001 has 4",
    range: [4, 8]
  }),
  tagCache: quantity({
    default: 0,
    unit: "count",
    meaning: "with `tags`: lines of tags that each memory channel caches; with none, every miss is two transactions",
    source: "assumed: as of mte (mte-037)",
    range: [0, 1024]
  }),
  tagStoreBytes: quantity({
    default: 32,
    unit: "byte",
    meaning: "with `tags`: bytes that a tag store tags where granules are no larger than it, a power of two",
    source: "assumed: as ST2G; mte-008 has one in a cycle",
    range: [16, 64]
  }),
  tagInsert: quantity({
    default: 1,
    unit: "cycle",
    meaning: "with `tags` and no tag register: BFI in front of each access that is not stack-relative",
    source: "assumed: a bit-field insertion, as of mte",
    range: [1, 2]
  }),
  wrpkru: quantity({
    default: 40,
    unit: "cycle",
    meaning: "with `keys`: write of the register of rights; younger instructions wait",
    source: "atc24-004, F1a-43 (WRPKRU on Tiger Lake)",
    range: [11, 49]
  }),
  entryStore: quantity({
    default: 1,
    unit: "cycle",
    meaning:
      "with `keys`: store to a page-table entry, its line writable, in which hardware lets key and rights change",
    source: "assumed: one store drains in a cycle; the comparison of old and new entry beside it",
    range: [1, 20]
  }),
  registerWrite: quantity({
    default: 10,
    unit: "cycle",
    meaning: "write of a protected register (of tags, of the table of entries); younger instructions wait",
    source: "assumed: a register that is renamed with nothing, so between a move and WRPKRU (F1b-01 from 11)",
    range: [1, 49]
  }),
  entryBytes: quantity({
    default: 16,
    unit: "byte",
    meaning: "with `proxy` and `xpc`: bytes of a table entry: base, length, rights",
    source: "assumed: what a compressed capability or a segment register holds, 128 bits",
    range: [8, 32]
  }),
  objectBytes: quantity({
    default: 64,
    unit: "byte",
    meaning: "with `proxy`: size of the objects that private memory is taken to consist of; each has an entry",
    source: "assumed: the mean block of a C heap is between 32 and 256 bytes, as of pac",
    range: [16, 4096]
  }),
  slots: quantity({
    default: 1024,
    unit: "count",
    meaning: "with `proxy`: memory slots of a domain in which pointers can be kept",
    source: "assumed: as many as of cheri and mte",
    range: [1, 65_536]
  }),
  xcall: quantity({
    default: 18,
    unit: "cycle",
    meaning: "with `xpc`: xcall: entry of the call table, capability bit, page-table base, link stack",
    source: "F3-09 (recalled): XPC, ISCA'19 Table 3",
    range: [6, 34]
  }),
  xret: quantity({
    default: 23,
    unit: "cycle",
    meaning: "with `xpc`: xret: link stack, page-table base",
    source: "F3-09 (recalled): XPC, ISCA'19 Table 3",
    range: [6, 34]
  }),
  swapseg: quantity({
    default: 11,
    unit: "cycle",
    meaning: "with `xpc`: swapseg: the segment register exchanged with an entry of the segment list",
    source: "F3-09 (recalled): XPC, ISCA'19 Table 3",
    range: [2, 20]
  }),
  hfiSwitch: quantity({
    default: 30,
    unit: "cycle",
    meaning: "with `hfi`: hfi_enter or hfi_exit; younger instructions wait",
    source: "assumed: the serialised form, a refill of the front end; the unserialised one is an ordinary instruction",
    range: [1, 60]
  }),
  hfiRegion: quantity({
    default: 1,
    unit: "cycle",
    meaning: "with `hfi`: hfi_set_region, beside the load of what it sets",
    source: "assumed: a move into a register that is checked beside the access, not in front of it",
    range: [1, 8]
  }),
  barrier: quantity({
    default: 20,
    unit: "cycle",
    meaning: "fence behind stores that other threads read; at least one message to another core",
    source: "assumed: as behind a retag (mte-045)",
    range: [5, 200]
  }),
  fxsave: quantity({
    default: 67,
    unit: "cycle",
    meaning: "FXSAVE of 512 bytes, beside the lines that it stores",
    source: "Agner Fog, Instruction tables, Skylake (recalled), as of mpk",
    range: [38, 75]
  }),
  fxrstor: quantity({
    default: 63,
    unit: "cycle",
    meaning: "FXRSTOR of 512 bytes, beside the lines that it loads",
    source: "LLVM X86SchedIceLake.td and X86SchedAlderlakeP.td, as of mpk",
    range: [31, 75]
  }),
  hardwareLine: quantity({
    default: 1,
    unit: "cycle",
    meaning:
      "with extendedRegisters `hardware`: the core moves 64 bytes of registers to or from the L1D; dispatch waits",
    source: "assumed: the width of the path between the L1D and the vector registers of AVX-512 cores",
    range: [1, 8]
  }),
  savedRegisters: quantity({
    default: 6,
    unit: "count",
    meaning: "stores of callee-saved registers before the call, and loads after it",
    source: "System V ABI of x86-64: rbx, rbp, r12 to r15; or six pairs, x19 to x30, of the Arm ABI",
    range: [0, 16]
  }),
  gateInstructions: quantity({
    default: 5,
    unit: "instruction",
    meaning: "instructions of one pass of the gate beside stores, loads and the change of domain",
    source: "assumed: stack pointer out and in, frame pointer, address of the target, branch",
    range: [2, 40]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: AVX registers, or LDP and STP of 128-bit registers",
    range: [8, 64]
  })
})

export type ProposalsConfig = typeof ProposalsConfig.Type
