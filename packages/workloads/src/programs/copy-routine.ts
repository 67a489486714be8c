/**
 * Copy routines as program text: what a string instruction or a C library's memcpy executes, instruction by
 * instruction. Law: a routine names instructions, widths and thresholds of its source; what they cost is the machine's.
 *
 *   string  REP MOVS of x86-64: up to 256 bytes the fast short form, 32 bytes a step; above that microcode that
 *           drains what is older to branch on the length, then moves a quadword a step: four ticks a line, as Intel's
 *           optimisation manual gives for MOVSQ ("REP string enhancement"). Either form counts as it goes.
 *   vector  32-byte moves, two a line; from a threshold on non-temporal ones, behind which an SFENCE stands: what glibc
 *           does from three quarters of a thread's share of the last-level cache on.
 *   wide    64-byte moves, one a line.
 *   pairs   Arm's optimised memcpy for AArch64: up to 128 bytes straight, above that a loop of two 32-byte pairs.
 */
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { Control } from "@isolde/core/processor/instruction-table"
import { strided } from "./access-pattern.ts"
import type { AreaIndex, Code, CodeInstruction } from "./code.ts"

export type CopyRoutine = "string" | "vector" | "wide" | "non-temporal" | "pairs"

/** Longest string that the fast short form takes, and the bytes of its steps. */
const SHORT = { bytes: 256, step: 32 }
/** Bytes of a step of the long form. */
const LONG = { step: 8 }
/** Instructions per line beside loads and stores, of either form: two addresses, a count and its test. */
const OTHERS = 4
/**
 * Ticks of microcode before the first byte: about 35 for a long string (Intel's optimisation manual, "Enhanced REP
 * MOVSB and STOSB operation"); for a short one calibration on one point of F1c-24 (14 cycles for 32 bytes).
 */
const STARTUP = { long: 35, short: 9 }

/** Bytes of LDP and STP of two vector registers. */
const PAIR = 32
/** Longest copy without a loop. */
const STRAIGHT = 128
/**
 * Instructions beside loads, stores and the loop: of the routine, two ends of buffers, three lengths compared and
 * branched on, the return; of the caller, three arguments, the call, and a loop of three.
 */
const ENTRY = 16

/** Appends one copy of `bytes` from area `from` to area `to`; each repeat copies the same bytes. */
export function copyRoutine(
  code: Code,
  routine: CopyRoutine,
  bytes: number,
  from: AreaIndex,
  to: AreaIndex
): () => void {
  if (routine === "string") return stringCopy(code, bytes, from, to)
  if (routine === "pairs") return pairCopy(code, bytes, from, to)
  return vectorCopy(code, bytes, from, to, routine)
}

function vectorCopy(code: Code, bytes: number, from: AreaIndex, to: AreaIndex, routine: CopyRoutine): () => void {
  const past = routine === "non-temporal"
  const kind = past ? ({ kind: "nonTemporal" } as const) : {}
  const size = Math.min(routine === "wide" ? LINE_BYTES : PAIR, bytes)
  const span = Math.min(LINE_BYTES, bytes)
  const step = (first: number, register: number): Array<CodeInstruction> => [
    { load: { area: from, at: strided(span, bytes, first), bytes: size }, address: [2], to: [register] },
    { store: { area: to, at: strided(span, bytes, first), bytes: size, ...kind }, address: [3], data: [register] }
  ]
  const steps = Array.from({ length: span / size }, (_, i) => step(i * size, 20 + i)).flat()
  const line = code.block([
    ...steps,
    { data: [2], to: [2] },
    { data: [3], to: [3] },
    { data: [4], control: Control.none }
  ])
  const fence = code.block(past ? [{ control: Control.fence }] : [])
  return () => {
    code.run(line, bytes / span)
    if (past) code.run(fence)
  }
}

function stringCopy(code: Code, bytes: number, from: AreaIndex, to: AreaIndex): () => void {
  const long = bytes > SHORT.bytes
  // The long form knows that it overwrites whole lines.
  const kind = long ? ({ kind: "string" } as const) : {}
  const startup = code.block([{ control: Control.serialising, latency: long ? STARTUP.long : STARTUP.short }])
  const size = Math.min(long ? LONG.step : SHORT.step, bytes)
  const span = Math.min(LINE_BYTES, bytes)
  const step = (first: number, register: number): Array<CodeInstruction> => [
    { load: { area: from, at: strided(span, bytes, first), bytes: size }, to: [register] },
    { store: { area: to, at: strided(span, bytes, first), bytes: size, ...kind }, data: [register] }
  ]
  const others = Array.from({ length: OTHERS }, (_, i): CodeInstruction => ({ data: [i], to: [i] }))
  const line = code.block([...Array.from({ length: span / size }, (_, i) => step(i * size, 10 + i)).flat(), ...others])
  return () => {
    code.run(startup)
    code.run(line, bytes / span)
  }
}

function pairCopy(code: Code, bytes: number, from: AreaIndex, to: AreaIndex): () => void {
  const entry = code.block(Array.from({ length: ENTRY }, (_, i): CodeInstruction => ({ to: [8 + (i % 4)] })))
  const size = Math.min(PAIR, bytes)
  const pair = (first: number, stride: number, register: number): Array<CodeInstruction> => [
    { load: { area: from, at: strided(stride, bytes, first), bytes: size }, address: [2], to: [register] },
    { store: { area: to, at: strided(stride, bytes, first), bytes: size }, address: [3], data: [register] }
  ]
  if (bytes <= STRAIGHT) {
    const whole = code.block(Array.from({ length: bytes / size }, (_, i) => pair(i * size, bytes, 20 + i)).flat())
    return () => {
      code.run(entry).run(whole)
    }
  }
  const loop = code.block([
    ...pair(0, LINE_BYTES, 20),
    ...pair(PAIR, LINE_BYTES, 21),
    { data: [2], to: [2] },
    { data: [3], to: [3] },
    { data: [4], to: [4] },
    { data: [4], control: Control.none }
  ])
  return () => {
    code.run(entry).run(loop, bytes / LINE_BYTES)
  }
}
