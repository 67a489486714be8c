/** The code of message ways, compiled: the same functions for all interconnects. */
import { memory } from "../integers/heap.ts"
import { compiled } from "../integers/integer-code.ts"
import { Instance } from "../integers/web-assembly.ts"
import { deliver } from "../kernel/queue-module.ts"
import * as code from "./way-code.ts"
import { wayNumbers } from "./way-layout.ts"

const module = compiled({
  functions: [code.send, code.travel],
  inlined: [code.leave],
  numbers: wayNumbers,
  calls: { deliver: [7, true] }
})

export const { send, travel } = new Instance(module, { heap: { memory }, calls: { deliver } })
  .exports as unknown as Pick<typeof code, "send" | "travel">
