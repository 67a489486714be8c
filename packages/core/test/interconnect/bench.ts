/** An interconnect alone: one owner at each stop of a graph, and messages sent at chosen ticks. */
import { type Message, pack } from "@isolde/core/coherence/message"
import { Interconnect } from "@isolde/core/interconnect/interconnect"
import { Phase } from "@isolde/core/kernel/event-queue"
import { Kernel } from "@isolde/core/kernel/kernel"
import type { MachineNumbers } from "@isolde/core/machines/machine"
import { tableSchemas } from "@isolde/core/trace/table-schema"
import { TraceTable } from "@isolde/core/trace/trace-table"

/** Ticks from ejection to every receiver's handler. */
export const PIPELINE = 7

export interface Delivery {
  /** Owner, which is the stop's number. */
  readonly destination: number
  /** Number of the message, as its sender gave it. */
  readonly number: number
  readonly tick: number
}

/** Owner `n` sits at stop `n`, or at stop `stopOf(n)` if there are more owners than stops. */
export function bench(numbers: MachineNumbers, owners?: number, stopOf: (owner: number) => number = (n) => n) {
  const kernel = new Kernel()
  const delivered: Array<Delivery> = []
  const links = new Interconnect(kernel, numbers, new TraceTable(tableSchemas.messages, undefined))
  const first = kernel.owners
  const deliver = kernel.define("deliver", (destination, _, number) =>
    delivered.push({ destination: destination - first, number, tick: kernel.now })
  )
  for (let n = 0; n < (owners ?? links.graph.stops); n++) {
    links.attach(kernel.owner(`owner ${n}`), stopOf(n), deliver, PIPELINE)
  }
  const send = kernel.define("send", (source, destination, type, number) =>
    links.send(kernel.now, source, destination, pack(type as Message, 0, 0, 0), number)
  )
  kernel.seal()
  return {
    kernel,
    links,
    delivered,
    /** Number in `linkBusy` and `linkWaited` of the port of `owner`. */
    port: (owner: number) => links.graph.to.length + first + owner,
    sendAt: (tick: number, from: number, to: number, type: Message, number: number) =>
      kernel.schedule(tick, Phase.Execute, first + from, first + from, send, first + to, type, number),
    run: () => kernel.run(1e9, 1e9, 1e8)
  }
}
