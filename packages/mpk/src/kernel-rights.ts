/**
 * Keys for parts of a kernel. Law: whoever interrupts such a part runs with its own rights, and gives back what it found.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import type { MpkConfig } from "./config.ts"

/** Parts of a kernel keep their rights over interrupts: the handler writes its own and puts back what it found. */
export function savedAtInterrupts({ hardware, rdpkru, wrmsr, wrpkru }: MpkConfig, { kernel }: MachineParts): void {
  if (hardware !== "pks" && hardware !== "iskios") return
  const write = hardware === "pks" ? wrmsr : wrpkru
  kernel.entry.handlerExit += write + rdpkru
  kernel.entry.handlerEntry += write
}
