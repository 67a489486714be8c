/**
 * The trampoline as programs: what ATC'24 describes (two WRPKRU and one RDPKRU per invocation, shadow-stack save;
 * atc24-011) around the register convention of the System V ABI. Every line is an instruction or names how many.
 *
 *   MPK8  rights change at the completion of WRPKRU: older instructions ran with the old PKRU, younger wait
 *   MPK9  the target is loaded behind WRPKRU and in front of the indirect branch
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Entry, LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { MpkConfig } from "./config.ts"

/** Bytes of one activation's frame: registers, PKRU, stack pointers, results. */
const FRAME = 256
const FRAMES = PAGE_BYTES / FRAME
const PKRU = 128
const STACK = 136
const SHADOW_STACK = 144
const RESULTS = 152
const RETURN = 168
/** x87, SSE and control state as FXSAVE lays it out (SDM vol. 1, 10.5). */
const EXTENDED = 512
const EXTENDED_CHUNK = 16

/** Pages of one software thread: frames, then a stack top and a rights row per domain, then extended state. */
const PAGES = 3
const TOPS = 1
const STATES = 2

export class Gate {
  readonly #config: MpkConfig
  readonly #first: number // first page of thread 0
  readonly #targets: number // read-only page: an entry point per domain
  readonly #depth: Int32Array // [software thread] activations open

  constructor(config: MpkConfig, parts: MachineParts) {
    this.#config = config
    this.#first = parts.pages.reserve(PAGES * parts.softwareThreads)
    this.#targets = parts.pages.reserve(1, Entry.present)
    this.#depth = new Int32Array(parts.softwareThreads)
  }

  /** From the caller's call to where the callee's PKRU is put in force. */
  call(program: Program, thread: number, from: number): void {
    const { cet, extendedRegisters, rdpkru, savedRegisters } = this.#config
    const page = this.#page(thread)
    const depth = this.#depth[thread]++
    const frame = (depth % FRAMES) * FRAME
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.store(page, frame + register * 8)
    if (extendedRegisters) this.#extended(program, page, depth, true)
    program.as(Cause.gate).compute(2) // rcx and rdx, the fourth and third argument, out of the way of RDPKRU and WRPKRU
    program.store(page + TOPS, this.#row(from)) // where a callback into the caller takes up its stack
    program.compute(1).compute(1, rdpkru) // ecx = 0; RDPKRU
    program.store(page, frame + PKRU).store(page, frame + STACK)
    if (cet) program.compute(1).store(page, frame + SHADOW_STACK) // RDSSPQ
  }

  /** From there to the callee's first instruction. */
  arrive(program: Program, thread: number, to: number): void {
    program.load(this.#page(thread) + TOPS, this.#row(to)) // rsp
    program.compute(2) // rcx and rdx back
    program.load(this.#targets, this.#row(to)).compute(1) // entry point; indirect branch
    if (this.#config.cet) program.compute(1) // ENDBR64
  }

  /** From the callee's return to where the caller's PKRU is put in force: the one that was `saved`, or the table's. */
  return(program: Program, thread: number, saved: boolean): void {
    const page = this.#page(thread)
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const frame = (this.#depth[thread] % FRAMES) * FRAME
    program.as(Cause.gate)
    program.store(page, frame + RESULTS).store(page, frame + RESULTS + 8) // rax and rdx, out of the way of WRPKRU
    program.compute(1) // ecx = 0
    if (saved) program.load(page, frame + PKRU) // what RDPKRU said on the way in
  }

  /** From there to the instruction behind the caller's call. */
  resume(program: Program, thread: number): void {
    const { cet, extendedRegisters, savedRegisters } = this.#config
    const page = this.#page(thread)
    const depth = this.#depth[thread]
    const frame = (depth % FRAMES) * FRAME
    program.load(page, frame + STACK) // rsp
    if (cet) program.load(page, frame + SHADOW_STACK).compute(3) // RDSSPQ, compare, branch
    program.as(Cause.registerSave)
    if (extendedRegisters) this.#extended(program, page, depth, false)
    for (let register = 0; register < savedRegisters; register++) program.load(page, frame + register * 8)
    program.as(Cause.gate)
    program.load(page, frame + RESULTS).load(page, frame + RESULTS + 8)
    program.load(page, frame + RETURN).compute(1) // return
  }

  /** WRPKRU of a value in eax; `action` takes effect when it completes. */
  write(program: Program, action: number, a: number, b: number): void {
    program.compute(1) // edx = 0
    program.serialise(Serialise.hold, this.#config.wrpkru).act(action, a, b)
    if (!this.#config.cet) program.compute(2) // compare eax with what this gate writes, branch
  }

  /** RDPKRU, the bits of one key replaced, WRPKRU: pkey_set. */
  rewrite(program: Program, action: number, a: number, b: number): void {
    program.compute(1).compute(1, this.#config.rdpkru).compute(2) // ecx = 0; RDPKRU; and, or
    this.write(program, action, a, b)
  }

  /** Read the rights row of `domain` that belongs to the thread. */
  readRow(program: Program, thread: number, domain: number): void {
    program.load(this.#page(thread) + TOPS, this.#row(domain) + 8).compute(1) // or into eax
  }

  /** Change it. */
  changeRow(program: Program, thread: number, domain: number): void {
    const row = this.#row(domain) + 8
    program
      .load(this.#page(thread) + TOPS, row)
      .compute(2)
      .store(this.#page(thread) + TOPS, row) // and, or
  }

  #extended(program: Program, page: number, depth: number, save: boolean): void {
    const area = (depth % (PAGE_BYTES / EXTENDED)) * EXTENDED
    for (let at = area; at < area + EXTENDED; at += EXTENDED_CHUNK) {
      if (save) program.store(page + STATES, at, EXTENDED_CHUNK)
      else program.load(page + STATES, at, EXTENDED_CHUNK)
    }
  }

  #page(thread: number): number {
    return this.#first + thread * PAGES
  }

  #row(domain: number): number {
    return domain * LINE_BYTES
  }
}
