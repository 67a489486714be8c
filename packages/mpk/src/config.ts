/**
 * What a user may choose about MPK.
 * Law: a quantity is one hardware action; what a gate or a transfer costs emerges from the programs of gate.ts.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Effect, Schema } from "effect"

const flag = (otherwise: boolean, meaning: string) =>
  Schema.Boolean.annotate({ description: meaning }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(otherwise)))

export const MpkConfig = Schema.Struct({
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
  savedRegisters: quantity({
    default: 6,
    unit: "count",
    meaning: "registers that the gate stores before the call and loads after it",
    source: "System V ABI of x86-64: rbx, rbp, r12 to r15; F2-39 measures 35 to 71 cycles for such a save",
    range: [6, 16]
  }),
  cet: flag(
    true,
    "the gate saves and checks the shadow-stack pointer and lands on ENDBR64 (atc24-011); else it checks what it wrote to PKRU, as ERIM does"
  ),
  extendedRegisters: flag(
    false,
    "the gate also saves and restores 512 bytes of x87 and SSE state, as FXSAVE and FXRSTOR do (F1c-18)"
  ),
  synchronise: choice(
    ["none", "interrupt"],
    "what a change of rights does about other threads: nothing, so they find it at their next gate; or interrupt them all and have them rewrite PKRU"
  ),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: AVX registers, as memcpy of glibc uses them",
    range: [8, 64]
  })
})

export type MpkConfig = typeof MpkConfig.Type
