/**
 * Software threads on their hardware threads as a run begins: what each executes, and with which rights it starts.
 * Law: the first of a hardware thread runs at once, the others wait for their turns.
 */
import { InvalidInput } from "../invalid-input.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { emptyStream } from "../processor/instruction-stream.ts"
import { ThreadContext } from "../processor/thread-context.ts"
import type { System } from "./system.ts"
import type { ThreadPlan } from "./workload.ts"

/** Have software thread `context`, which does `plan` as the workload's thread `worker`, run on `t`. */
export function assign(
  system: System,
  t: HardwareThread,
  context: ThreadContext,
  plan: ThreadPlan,
  worker: number
): void {
  const { engine, monitor, pages, routines, termination, unit } = system
  context.stream = plan.stream ?? emptyStream(plan.script.verb.length)
  context.streamAt = context.stream.first
  context.access = context.stream.firstAccess
  context.domain = plan.domain
  context.space = plan.space ?? 0
  engine.assign(context.software, plan.script)
  termination?.assign(context.software, t.number, plan.script, plan.domain)
  routines.scheduler.add(t.number, context)
  if (context.software !== t.number) return startAside(system, t, context, plan.domain)
  context.restore(t)
  t.front = plan.start
  t.frontCause = Cause.idle
  routines.attach(t, pages.nodeOfWorker(worker), context.space)
  unit.start(t, plan.domain)
  monitor.changed(t, 0)
}

/** A thread that waits for its first turn has the rights with which it will start. */
function startAside(
  { monitor, routines, unit }: System,
  t: HardwareThread,
  context: ThreadContext,
  domain: number
): void {
  const running = new ThreadContext(t.software)
  running.save(t)
  context.restore(t)
  routines.spaces.place(t, context.space)
  unit.start(t, domain)
  monitor.changed(t, 0)
  context.save(t)
  running.restore(t)
  routines.spaces.place(t, running.space)
  monitor.changed(t, 0)
}

/** SY2: `turns` threads wait for others. Throws InvalidInput where the mechanisms were built for fewer. */
export function expectAnnounced(turns: number, announced: number): void {
  if (turns <= announced) return
  throw new InvalidInput([
    {
      path: "workload.place.turns",
      expected: `at least ${turns}, as many as wait for others on the hardware threads that the plans name`,
      actual: String(announced),
      remedy: "Give `turns` in the placement: the workers less one are always enough."
    }
  ])
}
