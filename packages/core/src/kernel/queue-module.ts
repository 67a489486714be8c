/** The event queue's code, compiled: the same functions for all queues, which are told where the queue lies. */
import { memory } from "../integers/heap.ts"
import { compiled } from "../integers/integer-code.ts"
import { Instance } from "../integers/web-assembly.ts"
import { forget, note } from "./agenda.ts"
import * as code from "./queue-code.ts"
import { queueNumbers } from "./queue-layout.ts"
import * as order from "./tick-order.ts"
import { append, next, take } from "./wheel-level.ts"

const module = compiled({
  functions: [
    code.push,
    code.deliver,
    code.pop,
    code.nextTick,
    code.place,
    code.turn,
    code.takeLone,
    code.descend,
    code.order,
    next,
    order.sorted,
    order.inserted,
    order.dealt,
    order.gathered,
    order.insert
  ],
  inlined: [append, forget, code.isUnsorted, code.link, note, take],
  numbers: queueNumbers,
  calls: {}
})

export const { deliver, nextTick, pop, push } = new Instance(module, { heap: { memory } }).exports as unknown as Pick<
  typeof code,
  "deliver" | "nextTick" | "pop" | "push"
>
