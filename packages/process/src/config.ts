/**
 * What a user may choose about processes as isolation.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a call or a mapping costs emerges.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const ProcessConfig = Schema.Struct({
  crossing: choice(
    ["fastpath", "direct", "pipe", "shared"],
    "how control comes into another domain: a microkernel's fast path (seL4), a switch of the thread itself to another address space by one system call (lwC), a message through a pipe to a process that sleeps on it, or a user-level switch in one address space that protects nothing (PiP)"
  ),
  identifiers: choice(
    ["kept", "flushed"],
    "translations of an address space stay in the TLBs under its identifier (PCID, ASID), or each switch forgets those of the space it goes to, as without PCID"
  ),
  threadPointer: choice(
    ["kept", "call", "instruction"],
    "with `shared`: the register of thread-local storage stays (a switch of contexts), is written by a system call (arch_prctl), or by an instruction (FSGSBASE, MSR TPIDR_EL0)"
  ),
  fastPath: quantity({
    default: 85,
    unit: "instruction",
    meaning:
      "the fast path one way, one instruction a cycle: decode, look-up and checks of the capability, endpoint, dequeue, transfer of message registers; beside entry, exit, saves, loads of its objects, and the change of address space",
    source:
      "calibration: F2-18 (834 cycles a call and reply, one core of a Xeon E5-2660 v3 with PCID) less what the machine executes as actions of its own; F3-07 has 212 cycles of logic on an in-order RISC-V",
    range: [60, 400]
  }),
  directPath: quantity({
    default: 4900,
    unit: "instruction",
    meaning:
      "a switch of the thread to another address space in a general-purpose kernel, one instruction a cycle: descriptor, checks, the new context's files and credentials",
    source:
      "calibration: F1b-46 (lwC, 2.01 us on a Xeon X5650 of 2.66 GHz, FreeBSD 11: 5347 cycles) less some 450 of entry, exit, saves and the write of CR3",
    range: [100, 5500]
  }),
  messageBytes: quantity({
    default: 64,
    unit: "byte",
    meaning: "with `pipe`: the message of one call or answer, copied into the kernel and out of it",
    source: "assumed: one line, as a function's number and six arguments fit it",
    range: [1, 4096]
  }),
  kernelRegisters: quantity({
    default: 15,
    unit: "count",
    meaning: "registers that the kernel stores on the way in and loads on the way out",
    source: "Intel SDM vol. 1, 3.4.1: the general registers of x86-64 but RSP, as pt_regs of Linux and the TCB of seL4",
    range: [6, 31]
  }),
  savedRegisters: quantity({
    default: 6,
    unit: "count",
    meaning: "with `shared`: registers that a user-level switch stores and loads",
    source: "System V ABI of x86-64: rbx, rbp, r12 to r15",
    range: [6, 24]
  }),
  stubInstructions: quantity({
    default: 6,
    unit: "instruction",
    meaning: "of user code before the system call instruction: number, capability or descriptor, message registers",
    source: "assumed: number and four arguments, one result compared",
    range: [2, 40]
  }),
  switchInstructions: quantity({
    default: 20,
    unit: "instruction",
    meaning:
      "with `shared`: a user-level switch beside its stores and loads: ready queue, floating-point control, jump",
    source:
      "assumed: a library's switch of contexts (Boost fcontext as ULP-PiP uses it); F4-07 (86 cycles) is for comparison only",
    range: [6, 100]
  }),
  threadPointerPath: quantity({
    default: 110,
    unit: "instruction",
    meaning: "arch_prctl beside entry and exit: dispatch, WRMSR of FS.base",
    source: "derived: F4-08 (284 cycles) less F4-10 (174 cycles for a null system call on the same machine)",
    range: [40, 300]
  }),
  threadPointerWrite: quantity({
    default: 6,
    unit: "cycle",
    meaning: "WRFSBASE or MSR TPIDR_EL0, with `threadPointer: instruction`",
    source: "F4-08 (2.5 ns on a Cortex-A57; some 5 cycles)",
    range: [1, 40]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: AVX registers, as memcpy of glibc uses them",
    range: [8, 64]
  })
})

export type ProcessConfig = typeof ProcessConfig.Type
