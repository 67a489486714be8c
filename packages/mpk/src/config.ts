/**
 * What a user may choose about MPK.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a gate or a transfer costs
 * emerges from the programs of gate.ts.
 */
import { choice, flag, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const MpkConfig = Schema.Struct({
  hardware: choice(
    ["pku", "pks", "iskios", "dacr", "ideal"],
    "the register that holds the rights and the instruction that writes it: PKRU and WRPKRU; IA32_PKRS and WRMSR, for parts of a kernel (PKS); PKRU for parts of a kernel whose pages are user pages (IskiOS); DACR and MCR with ISB, on Arm; or a switch in one cycle that nothing waits for, saves or checks, which nobody builds"
  ),
  gate: choice(
    ["trampoline", "inspected", "single"],
    "trampoline: ATC'24's, one for each callee, which saves registers and PKRU; inspected: WRPKRU of a constant and a check of it inline, in code without any other WRPKRU (ERIM); single: one for all callees, which finds PKRU and stack in a table (Hodor)"
  ),
  cet: flag(
    true,
    "the trampoline saves and checks the shadow-stack pointer and lands on ENDBR64 (atc24-011); else it checks what it wrote to PKRU, as ERIM does"
  ),
  extendedRegisters: choice(
    ["none", "fxsave", "xsave", "vectors"],
    "what of the vector state the gate saves and restores: nothing; 512 bytes of x87 and SSE state by FXSAVE and FXRSTOR (F1c-18); the area of XSAVE and XRSTOR, with its header and the upper halves of `vectorBytes`; or `vectorRegisters` by moves"
  ),
  fence: flag(
    false,
    "LFENCE behind each write of the register and its check, so that nothing younger begins before they have completed"
  ),
  synchronise: choice(
    ["none", "interrupt", "rekey"],
    "how a change of rights reaches other threads: not, so they find it at their next gate; an interrupt to them all, whose handler rewrites PKRU; or pkey_mprotect of the object's pages to its holder's key, with its shootdown"
  ),
  virtualise: flag(
    false,
    "more domains than keys: a domain that is entered gets the key of the one that was left longest ago, by pkey_mprotect of both (libmpk)"
  ),
  wrpkru: quantity({
    default: 40,
    unit: "cycle",
    meaning: "WRPKRU: younger instructions wait until it completes, older ones need not have finished",
    source:
      "atc24-004, F1a-43 (40 cycles on Tiger Lake; its figure 10 shows 49, atc24-005); 23.3 on Skylake-SP (F1a-06), F1b-01 from 11",
    range: [11, 49]
  }),
  rdpkru: quantity({
    default: 1,
    unit: "cycle",
    meaning: "RDPKRU",
    source: "F1a-05 (0.5 cycles); F1a-41 says below 1",
    range: [1, 2]
  }),
  wrmsr: quantity({
    default: 127,
    unit: "cycle",
    meaning: "WRMSR to IA32_PKRS: younger instructions wait, as for WRPKRU (SDM vol. 4, PKRS; it doesn't serialise)",
    source: "F2-19 (127, WRMSR on Haswell; no number for PKRS is published)",
    range: [60, 260]
  }),
  mcr: quantity({
    default: 1,
    unit: "cycle",
    meaning: "MCR to DACR, which takes effect at the ISB behind it",
    source: "assumed: a move; hw-053 says low tens of cycles for both",
    range: [1, 20]
  }),
  isb: quantity({
    default: 20,
    unit: "cycle",
    meaning: "ISB: older instructions complete, younger ones are fetched again",
    source: "assumed: a refill of the front end; hw-053 says low tens of cycles",
    range: [8, 60]
  }),
  fxsave: quantity({
    default: 67,
    unit: "cycle",
    meaning: "FXSAVE of 512 bytes: microcode, beside the lines that it stores; nothing younger is decoded meanwhile",
    source:
      "Agner Fog, Instruction tables, Skylake (recalled); LLVM X86SchedAlderlakeP.td gives 110 µops, 38 of them stores",
    range: [38, 75]
  }),
  fxrstor: quantity({
    default: 63,
    unit: "cycle",
    meaning: "FXRSTOR of 512 bytes: microcode, beside the lines that it loads; nothing younger is decoded meanwhile",
    source: "LLVM X86SchedIceLake.td and X86SchedAlderlakeP.td (FXRSTOR64: 88 µops, 63 cycles)",
    range: [31, 75]
  }),
  xsave: quantity({
    default: 67,
    unit: "cycle",
    meaning:
      "XSAVE of the vector state: microcode, beside the lines that it stores; nothing younger is decoded meanwhile",
    source: "assumed: as FXSAVE; which components there are is looked up besides",
    range: [38, 150]
  }),
  xrstor: quantity({
    default: 37,
    unit: "cycle",
    meaning: "XRSTOR: of PKRU alone, which a domain can execute by itself, or beside the lines of the vector state",
    source: "LLVM X86SchedIceLake.td (XRSTOR: 31 µops, 37 cycles)",
    range: [20, 80]
  }),
  lfence: quantity({
    default: 4,
    unit: "cycle",
    meaning: "LFENCE, once everything older has completed",
    source: "recalled: Agner Fog, Instruction tables, Skylake (one in four cycles)",
    range: [2, 20]
  }),
  vectorRegisters: quantity({
    default: 16,
    unit: "count",
    meaning: "vector registers that `vectors` moves",
    source: "SDM vol. 1: ymm0 to ymm15; every one of them may hold an argument or a secret",
    range: [2, 32]
  }),
  vectorBytes: quantity({
    default: 32,
    unit: "byte",
    meaning: "bytes of each of them",
    source: "SDM vol. 1: 32 of a YMM register, 16 of an XMM register",
    range: [16, 64]
  }),
  savedRegisters: quantity({
    default: 6,
    unit: "count",
    meaning: "registers that the gate stores before the call and loads after it",
    source: "System V ABI of x86-64: rbx, rbp, r12 to r15; F2-39 measures 35 to 71 cycles for such a save",
    range: [0, 16]
  }),
  clearedRegisters: quantity({
    default: 9,
    unit: "count",
    meaning: "registers that the trampoline clears on the way in",
    source: "ATC'24's artifact, ideal/trampoline.x86_64.S: rax, rbx, rbp, r10 to r15",
    range: [0, 15]
  }),
  keyPath: quantity({
    default: 20,
    unit: "instruction",
    meaning: "pkey_alloc and pkey_free in the kernel beside entry, lock, word and register",
    source:
      "assumed: Linux 4.14, mm/mprotect.c and asm/pkeys.h: checks of flags and rights, a search of the bitmap, its bit",
    range: [8, 80]
  }),
  lookupPath: quantity({
    default: 30,
    unit: "instruction",
    meaning: "what finds a virtual key's entry in the cache of keys and moves it to the front of its list",
    source:
      "libmpk, lib/mpt.cc: hash_get, do_mpt_mprotect and the list behind it; counted, without its loads and locks",
    range: [10, 80]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: AVX registers, as memcpy of glibc uses them",
    range: [8, 64]
  })
})

export type MpkConfig = typeof MpkConfig.Type
