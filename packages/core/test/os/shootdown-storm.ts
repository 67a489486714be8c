/**
 * Threads that change table entries of shared pages and shoot them down, with a check that looks into every TLB.
 * Law: the check sees machine state alone: the entry that the initiator stored, and what the tiles would translate to.
 */

import type { MachineParts } from "@isolde/core/isolation/unit"
import type { Machine, MachineOptions } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Entry } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"
import { type Choices, finished, type Overrides, programmed } from "../small-system.ts"

/** Bits of a table entry that tell its versions apart; hardware doesn't read them. */
const VERSION = 1 << 16

/** A Skylake-SP with small TLBs and caches that shoots down as `options` say, whatever its silicon has. */
export function shootingMachine(options: MachineOptions, overrides: Overrides = {}): Machine {
  const small: Overrides = {
    core: { storeBuffer: 8, lineFillBuffers: 4, fetchBuffers: 2, ...overrides.core },
    l1d: { sets: 4, ways: 4 },
    l2: { sets: 16, ways: 4 },
    tlb: { dtlb: { sets: 1, ways: 4 }, stlb: { sets: 2, ways: 4 } }
  }
  return skylakeSp({
    hypothetical: true,
    ...options,
    overrides: { ...small, ...overrides, core: small.core } as Overrides
  })
}

/** What a thread does in one step. */
export type Step =
  | { readonly do: "load"; readonly page: number }
  | { readonly do: "change"; readonly page: number; readonly pages?: number; readonly reclaim?: boolean }
  | { readonly do: "work"; readonly ticks: number }
  | { readonly do: "tick" }
  | { readonly do: "switch"; readonly to: number }

export interface Storm {
  readonly system: System
  /** Translations that somebody still held behind a flush, or when its pages were given back. */
  readonly stale: ReadonlyArray<string>
  readonly reclaimed: number
}

const CHECK = 1

/**
 * Run `script(thread)` on every hardware thread of `machine`. A change takes the page's lock, stores entries of a new
 * version, flushes, and looks for older ones in every tile. `plant` may spoil the kernel or a program.
 */
export function storm(
  machine: Machine,
  pages: number,
  script: (thread: number) => ReadonlyArray<Step>,
  choices: Choices = {},
  plant: { readonly before?: (program: Program) => void; readonly kernel?: (parts: MachineParts) => void } = {}
): Storm {
  const threads = machine.tiles * machine.threadsPerTile
  const scripts = Array.from({ length: threads }, (_, thread) => script(thread))
  const stale: Array<string> = []
  let reclaimed = 0
  let first = 0
  let locks: Array<number> = []
  const version = new Int32Array(pages)
  const look = (when: string, page: number, count: number) => {
    for (let at = page; at < page + count; at++) {
      for (const [tile, { translation }] of system.tiles.entries()) {
        const held = translation.cached(first + at, 0)
        if (held !== -1 && Math.floor(held / VERSION) < (version[at] as number))
          stale.push(`${when}: tile ${tile} holds version ${Math.floor(held / VERSION)} of page ${at}`)
      }
    }
  }
  const change = (parts: MachineParts, program: Program, t: HardwareThread, step: Extract<Step, { do: "change" }>) => {
    const { kernel, numbers } = parts
    const { page, pages: count = 1, reclaim = false } = step
    for (let at = page; at < page + count; at++) program.lock(locks[at] as number, numbers.core.locked)
    program.act(CHECK + 1, page, count)
    plant.before?.(program)
    program.run(NEXT_VERSION, page * 64 + count)
    kernel.shootdown.flush(program, t, 0, first + page, count, reclaim)
    program.serialise(Serialise.drain, 1)
    if (!kernel.shootdown.defers || !reclaim) program.act(CHECK, page, count)
    for (let at = page; at < page + count; at++) program.storeWord(locks[at] as number, 0)
  }
  const system = programmed(
    machine,
    {
      steps: Math.max(...scripts.map((steps) => steps.length)),
      build: (parts) => {
        first = parts.pages.reserve(pages)
        locks = Array.from({ length: pages }, () => parts.words.allocate(1))
        plant.kernel?.(parts)
        const inner = parts.kernel.routine.bind(parts.kernel)
        parts.kernel.routine = (program, t, routine, argument) => {
          if (routine !== NEXT_VERSION) return inner(program, t, routine, argument)
          const page = Math.floor(argument / 64)
          for (let at = page; at < page + (argument % 64); at++) {
            const next = (version[at] as number) + 1
            version[at] = next
            program.storeEntry(first + at, Entry.present | Entry.writable | (next * VERSION))
          }
        }
        parts.kernel.reclaim = (_program, _t, _space, page, count) => {
          reclaimed += count
          look("given back", page - first, count)
        }
        return {
          emit: (program, t, at) => {
            const step = scripts[t.number]?.[at]
            program.as(Cause.kernel)
            if (step === undefined) return
            if (step.do === "load") program.load(first + step.page, 0)
            else if (step.do === "work") program.chain(step.ticks)
            else if (step.do === "tick") parts.kernel.shootdown.tick(program, t)
            else if (step.do === "switch") {
              const { generations } = parts.kernel.shootdown
              if (step.to < 0) generations.borrow(program, t)
              else generations.switchTo(program, t, step.to)
            } else change(parts, program, t, step)
          },
          act: (_t, code, page, count) => {
            if (code === CHECK) look("behind the flush", page, count)
          }
        }
      }
    },
    choices
  )
  finished(system)
  look("at the end", 0, pages)
  return { system, stale, reclaimed }
}

/** A routine that no part of the kernel has. */
const NEXT_VERSION = 60

/** What all threads did, added up. */
export const totalOf = (system: System, name: "interrupts" | "added"): number =>
  system.threads.reduce((sum, t) => sum + t[name], 0)

/** Changes that a sole initiator makes. */
export const CALLS = 5

/** Everybody reads the page; thread 0 changes it, `CALLS` times; the others work and read it again. */
export const oneInitiator =
  (reclaim = false) =>
  (thread: number): Array<Step> => {
    const read: Step = { do: "load", page: 0 }
    const turns = Array.from(
      { length: CALLS },
      (): Array<Step> => [thread === 0 ? { do: "change", page: 0, reclaim } : { do: "work", ticks: 4_000 }, read]
    )
    return [read, { do: "work", ticks: 3_000 }, ...turns.flat()]
  }
