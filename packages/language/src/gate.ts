/**
 * Calls between domains, as programs: a proxy that marks who runs and saves a continuation, a function call, or a
 * message with a thread switch.
 *
 *   LANG5  nothing of the hardware's rights changes in a gate; nothing serialises or enters a privileged mode
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { Program } from "@isolde/core/processor/program"
import type { LanguageConfig } from "./config.ts"

/** General registers of a continuation. */
const REGISTERS = 16
/** Bytes of a continuation, and of a message with its endpoint. */
const CONTINUATION = 192
const CONTINUATIONS = Math.floor(PAGE_BYTES / CONTINUATION)
const ENDPOINT = 128
const ENDPOINTS = PAGE_BYTES / ENDPOINT

export class Gate {
  readonly #config: LanguageConfig
  readonly #pass: number
  readonly #first: number
  readonly #pages: number // of one thread: continuations, its own state, then an endpoint per domain
  readonly #tables: number // page with the proxies' tables of functions and the domains' states
  readonly #depth: Int32Array // [software thread] activations open

  /** `pass` is the code of the unit's own action that makes another domain's code run. */
  constructor(config: LanguageConfig, { domains, pages, softwareThreads }: MachineParts, pass: number) {
    this.#config = config
    this.#pass = pass
    this.#pages = 2 + Math.ceil(domains / ENDPOINTS)
    this.#first = pages.reserve(this.#pages * softwareThreads)
    this.#tables = pages.reserve(Math.ceil(domains / ENDPOINTS))
    this.#depth = new Int32Array(softwareThreads)
  }

  enter(program: Program, thread: number, to: number): void {
    const page = this.#first + thread * this.#pages
    const continuation = (this.#depth[thread]++ % CONTINUATIONS) * CONTINUATION
    program.as(Cause.gate)
    if (this.#config.calls === "direct") this.#function(program, to)
    else if (this.#config.calls === "channel") this.#message(program, page, to)
    else {
      this.#proxy(program, page, to)
      if (this.#config.unwinding === "continuation") this.#save(program, page, continuation)
      program.jumpIndirect() // call
    }
    program.act(this.#pass, to)
  }

  leave(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const continuation = (this.#depth[thread] % CONTINUATIONS) * CONTINUATION
    program.as(Cause.gate)
    if (this.#config.calls === "direct") program.compute(this.#config.callInstructions)
    else if (this.#config.calls === "channel") this.#message(program, page, from)
    else {
      // The continuation is taken off its list; the domain's identifier comes back.
      if (this.#config.unwinding === "continuation") program.load(page, continuation).store(page + 1, 8)
      program
        .load(page + 1, 0)
        .compute(this.#config.proxyInstructions - 1)
        .store(page + 1, 0)
        .jumpIndirect() // return
    }
    program.act(this.#pass, to)
  }

  #function(program: Program, to: number): void {
    this.#entry(program, to).compute(this.#config.callInstructions)
  }

  /** The callee's state, who runs (out and in), and the callee's function. */
  #proxy(program: Program, page: number, to: number): void {
    this.#entry(program, to)
      .load(page + 1, 0)
      .compute(this.#config.proxyInstructions - 1)
      .store(page + 1, 0)
    this.#entry(program, to)
  }

  #save(program: Program, page: number, at: number): void {
    program.as(Cause.registerSave).compute(this.#config.continuationInstructions)
    for (let register = 0; register < REGISTERS; register++) program.store(page, at + register * 8)
    program.store(page + 1, 8).as(Cause.gate)
  }

  /** Send, let the receiver's thread take its turn, receive. */
  #message(program: Program, page: number, domain: number): void {
    const endpoint = page + 2 + Math.floor(domain / ENDPOINTS)
    const at = (domain % ENDPOINTS) * ENDPOINT
    const { messageInstructions, yieldInstructions } = this.#config
    program
      .compute(messageInstructions)
      .store(endpoint, at)
      .store(endpoint, at + 64)
    program.as(Cause.kernel).compute(yieldInstructions)
    program
      .as(Cause.gate)
      .load(endpoint, at + 64)
      .load(endpoint, at)
      .compute(messageInstructions)
  }

  #entry(program: Program, domain: number): Program {
    return program.load(this.#tables + Math.floor(domain / ENDPOINTS), (domain % ENDPOINTS) * ENDPOINT)
  }
}
