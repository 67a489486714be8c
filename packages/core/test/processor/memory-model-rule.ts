/**
 * Memory models as an executable rule: which outcomes of a litmus test are allowed. All loads and stores stand in one
 * order of memory (both models are multi-copy atomic), which keeps the pairs of program order that the model keeps; a
 * load takes the youngest older store of its own thread that memory has not seen, else what memory has.
 *
 *   tso  every pair of program order is kept but a store before a load without a full fence between
 *   arm  kept are pairs around a full fence, two stores around a store fence, pairs of one location but a store before
 *        a load, what follows an acquiring load, what comes before a releasing store, and a releasing store before an
 *        acquiring load
 */
export type Model = "tso" | "arm"

/** One instruction of a litmus thread. */
export type Step =
  | { readonly kind: "load"; readonly at: number; readonly to: number; readonly acquire?: true }
  | { readonly kind: "store"; readonly at: number; readonly value: number; readonly release?: true }
  | { readonly kind: "fence"; readonly stores?: true }

export interface Litmus {
  readonly name: string
  readonly locations: number
  readonly threads: ReadonlyArray<ReadonlyArray<Step>>
}

/** What a run comes to: every thread's registers, then every location. */
export type Outcome = string

export const outcomeOf = (registers: ReadonlyArray<ReadonlyArray<number>>, memory: ReadonlyArray<number>): Outcome =>
  `${registers.map((each) => each.join(",")).join(" ")} [${memory.join(",")}]`

/** Registers that `thread` loads into, in their order. */
export const registersOf = (thread: ReadonlyArray<Step>): number =>
  thread.reduce((most, step) => (step.kind === "load" ? Math.max(most, step.to + 1) : most), 0)

type Access = Exclude<Step, { readonly kind: "fence" }>

function kept(model: Model, thread: ReadonlyArray<Step>, from: number, to: number): boolean {
  const [a, b] = [thread[from] as Access, thread[to] as Access]
  const between = thread.slice(from + 1, to).filter((step) => step.kind === "fence")
  if (between.some((fence) => fence.stores === undefined)) return true
  const storeThenLoad = a.kind === "store" && b.kind === "load"
  if (model === "tso") return !storeThenLoad
  if (between.length > 0 && a.kind === "store" && b.kind === "store") return true
  if (a.at === b.at && !storeThenLoad) return true
  if (a.kind === "load" && a.acquire) return true
  if (b.kind === "store" && b.release) return true
  return a.kind === "store" && a.release === true && b.kind === "load" && b.acquire === true
}

/** Every outcome that `model` allows of `litmus`. */
export function allowed(litmus: Litmus, model: Model): ReadonlySet<Outcome> {
  const outcomes = new Set<Outcome>()
  const { threads } = litmus
  const done = threads.map((thread) => thread.map((step) => step.kind === "fence"))
  const memory = Array.from({ length: litmus.locations }, () => 0)
  const registers = threads.map((thread) => Array.from({ length: registersOf(thread) }, () => 0))

  const valueFor = (t: number, at: number, location: number): number => {
    for (let k = at - 1; k >= 0; k--) {
      const step = threads[t]?.[k]
      if (step?.kind === "store" && step.at === location && done[t]?.[k] === false) return step.value
    }
    return memory[location] as number
  }
  const ready = (t: number, at: number): boolean => {
    const thread = threads[t] as ReadonlyArray<Step>
    for (let k = 0; k < at; k++) if (done[t]?.[k] === false && kept(model, thread, k, at)) return false
    return true
  }
  const explore = (left: number): void => {
    if (left === 0) {
      outcomes.add(outcomeOf(registers, memory))
      return
    }
    for (const [t, thread] of threads.entries()) {
      for (const [at, step] of thread.entries()) {
        if (done[t]?.[at] !== false || !ready(t, at) || step.kind === "fence") continue
        const marks = done[t] as Array<boolean>
        const [row, place] = step.kind === "load" ? [registers[t] as Array<number>, step.to] : [memory, step.at]
        const before = row[place] as number
        row[place] = step.kind === "load" ? valueFor(t, at, step.at) : step.value
        marks[at] = true
        explore(left - 1)
        marks[at] = false
        row[place] = before
      }
    }
  }
  explore(threads.flat().filter((step) => step.kind !== "fence").length)
  return outcomes
}
