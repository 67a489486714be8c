/**
 * The gates as programs. Every line is an instruction or names how many. `trampoline` is that of ATC'24's artifact
 * (ideal/trampoline.x86_64.S: pushes, clearing, two stacks, an indirect call), with two WRPKRU, RDPKRU and the save of
 * the shadow-stack pointer (atc24-011) where it has a switch that costs nothing; `inspected` is ERIM's inline sequence
 * (its listing 1); `single` is Hodor's trampoline (section 4.2).
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
import { ExtendedRegisters } from "./extended-registers.ts"
import { RightsRegister } from "./rights-register.ts"

/** Bytes of one activation's frame: registers, PKRU, stack pointers, results. */
const FRAME = 256
const FRAMES = PAGE_BYTES / FRAME
const PKRU = 128
const STACK = 136
const SHADOW_STACK = 144
const RESULTS = 152
const RETURN = 168
const ROWS = PAGE_BYTES / LINE_BYTES

export class Gate {
  readonly #config: MpkConfig
  readonly #register: RightsRegister
  readonly #extended: ExtendedRegisters
  readonly #pages: number // of one thread: frames, then a stack top and a rights row per domain
  readonly #first: number // first page of thread 0
  readonly #targets: number // read-only pages: an entry point, a PKRU value and a stack per domain
  readonly #depth: Int32Array // [software thread] activations open
  /** There is a register to read, write and check. */
  readonly #switches: boolean

  constructor(config: MpkConfig, parts: MachineParts) {
    const rows = Math.ceil(parts.domains / ROWS)
    this.#config = config
    this.#register = new RightsRegister(config)
    this.#pages = 1 + rows
    this.#first = parts.pages.reserve(this.#pages * parts.softwareThreads)
    this.#targets = parts.pages.reserve(rows, Entry.present)
    this.#switches = config.hardware !== "ideal"
    this.#extended = new ExtendedRegisters(config, parts)
    this.#depth = new Int32Array(parts.softwareThreads)
  }

  /** From the caller's call to where the callee's PKRU is put in force: `constant` if the gate knows it. */
  call(program: Program, thread: number, from: number, to: number, constant: boolean): void {
    const { gate, savedRegisters } = this.#config
    const page = this.#page(thread)
    const depth = this.#depth[thread]++
    const frame = (depth % FRAMES) * FRAME
    program.as(Cause.registerSave)
    // Inline, the compiler saves what the caller needs itself: no register of the caller's is the gate's business.
    if (gate !== "inspected")
      for (let register = 0; register < savedRegisters; register++) program.store(page, frame + register * 8)
    this.#extended.save(program, thread, depth)
    program.as(Cause.gate)
    if (gate === "trampoline") {
      this.#keep(program, page, frame)
      this.#leaveStack(program, thread, from, to, frame)
    } else if (gate === "single") {
      program.store(page, frame + STACK) // rsp
      program.compute(2).loadChain(this.#targets + rowPage(to), row(to) + 16) // bounds of the index; PKRU of the callee
    }
    if (constant && gate !== "single") program.chain(1) // eax, the callee's PKRU
  }

  /** From there to the callee's first instruction. */
  arrive(program: Program, thread: number, to: number): void {
    const { cet, gate } = this.#config
    if (gate === "inspected") return // the caller's own call
    program.load(this.#rows(thread, to), row(to)) // rsp
    if (gate === "trampoline" && this.#switches) program.compute(2) // rcx and rdx back
    program.load(this.#targets + rowPage(to), row(to)) // entry point
    program.store(this.#page(thread), this.#frame(thread) + RETURN).jumpIndirect() // call
    if (cet) program.compute(1) // ENDBR64
  }

  /** From the callee's return to where the caller's PKRU is put in force: the one that was `saved`, or the table's. */
  return(program: Program, thread: number, to: number, saved: boolean): void {
    const { gate } = this.#config
    const page = this.#page(thread)
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const frame = (this.#depth[thread] % FRAMES) * FRAME
    program.as(Cause.gate)
    if (gate === "inspected") {
      program.compute(1) // ecx = 0
      if (saved) program.chain(1) // eax, the caller's PKRU
      return
    }
    if (!this.#switches) return
    program.store(page, frame + RESULTS).store(page, frame + RESULTS + 8) // rax and rdx, out of the way of WRPKRU
    program.compute(1) // ecx = 0
    if (!saved) return
    if (gate === "single") program.loadChain(this.#targets + rowPage(to), row(to) + 16)
    else program.loadChain(page, frame + PKRU) // what RDPKRU said on the way in
  }

  /** From there to the instruction behind the caller's call, in domain `to`. */
  resume(program: Program, thread: number, to: number): void {
    const { cet, gate, savedRegisters } = this.#config
    const page = this.#page(thread)
    const depth = this.#depth[thread]
    const frame = (depth % FRAMES) * FRAME
    if (gate === "single") program.load(page, frame + STACK) // rsp
    if (gate === "trampoline") this.#takeStack(program, thread, to, frame)
    if (cet && gate === "trampoline") program.load(page, frame + SHADOW_STACK).compute(3) // RDSSPQ, compare, branch
    program.as(Cause.registerSave)
    this.#extended.restore(program, thread, depth)
    if (gate === "inspected") return
    for (let register = 0; register < savedRegisters; register++) program.load(page, frame + register * 8)
    program.as(Cause.gate)
    if (this.#switches) program.load(page, frame + RESULTS).load(page, frame + RESULTS + 8)
    program.load(page, frame + RETURN).jumpIndirect() // return
  }

  /** Write what the chain has come to, in eax, to the register; `action` takes effect when that completes. */
  write(program: Program, action: number, a: number, b: number): void {
    const { cet, fence, gate, lfence } = this.#config
    this.#register.write(program)
    program.act(action, a, b)
    if ((!cet || gate !== "trampoline") && this.#switches) program.compute(2) // compare eax with what this gate writes, branch
    if (fence) program.serialise(Serialise.drain, lfence)
  }

  /** The register written outside every gate: instruction `code` of the traits. */
  stray(program: Program, code: number, action: number, pkru: number): void {
    program.as(Cause.application)
    if (code === 0)
      this.#register.write(program.chain(1)) // eax
    else this.#register.load(program)
    program.act(action, pkru)
  }

  /** The register read, the bits of one key replaced, written: pkey_set. */
  rewrite(program: Program, action: number, a: number, b: number): void {
    this.#register.read(program)
    program.chain(2) // and, or
    this.write(program, action, a, b)
  }

  /** Every key but key 0 and the shared one is closed: what libmpk's mpk_end writes. */
  close(program: Program, action: number): void {
    program.as(Cause.gate).chain(1) // eax
    this.write(program, action, 0, 0)
  }

  /** Read the rights row of `domain` that belongs to the thread. */
  readRow(program: Program, thread: number, domain: number): void {
    program.loadChain(this.#rows(thread, domain), row(domain) + 8).chain(1) // or into eax
  }

  /** Change it. */
  changeRow(program: Program, thread: number, domain: number): void {
    const page = this.#rows(thread, domain)
    program
      .load(page, row(domain) + 8)
      .compute(2)
      .store(page, row(domain) + 8) // and, or
  }

  /** What only the trampoline keeps: arguments, PKRU, the shadow stack's pointer; then it clears registers. */
  #keep(program: Program, page: number, frame: number): void {
    const { cet, clearedRegisters } = this.#config
    if (this.#switches) {
      program.compute(2) // rcx and rdx, the fourth and third argument, out of the way of RDPKRU and WRPKRU
      this.#register.read(program)
      program.store(page, frame + PKRU)
    }
    if (cet) program.compute(1).store(page, frame + SHADOW_STACK) // RDSSPQ
    program.compute(clearedRegisters)
  }

  /** Where a callback into the caller takes up its stack: what stood there is kept, and the stack pointer takes its place. */
  #leaveStack(program: Program, thread: number, from: number, to: number, frame: number): void {
    const rows = this.#rows(thread, from)
    program.load(this.#targets + rowPage(to), row(to) + 24).compute(1) // the caller's memory, the place in it
    program.load(rows, row(from)).store(this.#page(thread), frame + STACK)
    program.store(rows, row(from)) // rsp
    program.load(this.#targets + rowPage(to), row(to) + 32).compute(1) // the callee's
  }

  #takeStack(program: Program, thread: number, to: number, frame: number): void {
    const rows = this.#rows(thread, to)
    program.load(this.#targets + rowPage(to), row(to) + 24).compute(1)
    program.load(rows, row(to)) // rsp
    program.load(this.#page(thread), frame + STACK).store(rows, row(to))
  }

  /** Frame of the activation that is open. */
  #frame(thread: number): number {
    return ((this.#depth[thread] - 1) % FRAMES) * FRAME
  }

  #page(thread: number): number {
    return this.#first + thread * this.#pages
  }

  /** Page of a thread's row of `domain`. */
  #rows(thread: number, domain: number): number {
    return this.#page(thread) + 1 + rowPage(domain)
  }
}

const row = (domain: number): number => (domain % ROWS) * LINE_BYTES
const rowPage = (domain: number): number => Math.floor(domain / ROWS)
