/**
 * The register that holds the rights, as the instructions that read and write it: PKRU, IA32_PKRS, DACR. Each is one
 * published action; what waits for it is its kind of serialisation.
 *
 *   MPK13  PKS writes its register by WRMSR, DACR by MCR and takes effect at the ISB behind it
 */
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { MpkConfig } from "./config.ts"

export class RightsRegister {
  readonly #config: MpkConfig

  constructor(config: MpkConfig) {
    this.#config = config
  }

  /** Into eax, from where the chain goes on. */
  read(program: Program): void {
    const { hardware, rdpkru } = this.#config
    if (hardware === "dacr" || hardware === "pks")
      program.chain(1) // MRC; or the kernel's copy, since RDMSR is dear
    else program.compute(1).chain(1, rdpkru) // ecx = 0; RDPKRU
  }

  /** What the chain has come to; an act behind it takes effect when it does. */
  write(program: Program): void {
    const { hardware, isb, mcr, wrmsr, wrpkru } = this.#config
    switch (hardware) {
      case "pks":
        program.compute(2).serialiseChain(Serialise.hold, wrmsr) // ecx = the register's number, edx = 0
        return
      case "dacr":
        program.chain(1, mcr).serialise(Serialise.drain, isb)
        return
      case "ideal":
        program.compute(1)
        return
      default:
        program.compute(1).serialiseChain(Serialise.hold, wrpkru) // edx = 0
    }
  }

  /** XRSTOR of PKRU from memory of the thread's own, which nothing waits for. */
  load(program: Program): void {
    program.compute(3).compute(1, this.#config.xrstor) // eax, edx: which state; XRSTOR
  }
}
