/**
 * What a user may choose about enclaves.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a call or a fault costs emerges.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const EnclaveConfig = Schema.Struct({
  application: choice(
    ["outside", "enclave"],
    "domain 0 is the untrusted program around the enclaves, which they can read and write, or an enclave like the others: a call between two leaves one and enters the other"
  ),
  eenter: quantity({
    default: 3800,
    unit: "cycle",
    meaning:
      "EENTER: checks of thread control structure and enclave, the switch of register state; TLB entries are lost",
    source: "recalled: Eleos (EuroSys 2017), 3800 cycles on a Skylake client; no row. F2-78 bounds both ways by 8640",
    range: [2000, 8000]
  }),
  eexit: quantity({
    default: 3300,
    unit: "cycle",
    meaning: "EEXIT: the way out, TLB entries are lost",
    source: "recalled: Eleos (EuroSys 2017), 3300 cycles on a Skylake client; no row. F2-78 bounds both ways by 8640",
    range: [1500, 7000]
  }),
  runtimePath: quantity({
    default: 760,
    unit: "instruction",
    meaning:
      "the runtime one way, one instruction a cycle: dispatch of the call, look-up of the thread's structure, checks of pointers, extended state",
    source:
      "calibration: F2-78 (8640 cycles a call, warm, SGX SDK 1.5.80) less EENTER, EEXIT, saves and what the machine executes as actions of its own",
    range: [0, 3000]
  }),
  savedRegisters: quantity({
    default: 15,
    unit: "count",
    meaning: "registers that the runtime stores before the switch, clears, and loads behind it",
    source:
      "Intel SDM vol. 1, 3.4.1: the general registers of x86-64 but RSP; EEXIT leaves their contents to the software",
    range: [6, 31]
  }),
  aex: quantity({
    default: 2200,
    unit: "cycle",
    meaning: "an asynchronous exit: state to the save area, synthetic state in its place; TLB entries are lost",
    source: "assumed: two thirds of EEXIT, of which it lacks the runtime's part; no row",
    range: [1000, 5000]
  }),
  eresume: quantity({
    default: 3800,
    unit: "cycle",
    meaning: "ERESUME: as EENTER, with the state of the save area",
    source: "assumed: as EENTER; no row",
    range: [2000, 8000]
  }),
  epcPages: quantity({
    default: 23_808,
    unit: "count",
    meaning:
      "pages of the enclave page cache that hold enclaves' pages: 128 MB less what the hardware keeps about them",
    source: "recalled: 93 MB of 128 on Skylake clients (SCONE, OSDI 2016); no row",
    range: [1, 1_000_000]
  }),
  ewb: quantity({
    default: 7000,
    unit: "cycle",
    meaning: "EWB beside its traffic: a page is encrypted, its version goes to the version array",
    source: "assumed: 4 KB of AES-GCM at some 1.5 cycles a byte and the instruction's checks; no row",
    range: [3000, 15_000]
  }),
  eldu: quantity({
    default: 7000,
    unit: "cycle",
    meaning: "ELDU beside its traffic: a page is decrypted and its version checked",
    source: "assumed: as EWB; no row",
    range: [3000, 15_000]
  }),
  eblock: quantity({
    default: 300,
    unit: "cycle",
    meaning: "EBLOCK and ETRACK, each",
    source: "assumed: a check and a locked change of an entry in microcode; no row",
    range: [50, 1500]
  }),
  faultPath: quantity({
    default: 1500,
    unit: "instruction",
    meaning: "the driver's handler beside its instructions of SGX: which page, which victim, its lists and locks",
    source: "assumed: some 1500 instructions of the Linux driver's sgx_encl_load_page and its reclaimer; no row",
    range: [500, 6000]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: AVX registers; F2-80 has the SDK of its day copy byte by byte",
    range: [1, 64]
  })
})

export type EnclaveConfig = typeof EnclaveConfig.Type
