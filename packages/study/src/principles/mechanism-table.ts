/**
 * What each mechanism and variant comes to, side by side, each on its native machine. Law: a cell is a reading of one
 * run; what a mechanism refuses is said to be refused, and why.
 */
import type { MechanismInstance } from "@isolde/core"
import { machineByName } from "@isolde/core"
import type { RunOutcome } from "../validate/make-runs.ts"
import type { Term } from "../validate/point.ts"
import {
  copyAcrossOf,
  handOverOf,
  invocationOf,
  type Measured,
  revocationOf,
  rightsChangeOn,
  structureOf,
  terminationOf,
  visitOf,
  windowOn
} from "./measured.ts"
import { readingOf } from "./reading-of.ts"

/** Threads of a coherent change of rights. */
export const threadCounts: ReadonlyArray<number> = [1, 4, 16, 64]
/** Bytes that are passed. */
export const passedBytes: ReadonlyArray<number> = [64, 4096, 1 << 20]
/** Domains among which a cliff is looked for. */
export const domainCounts: ReadonlyArray<number> = [2, 8, 14, 64, 512, 4096]

/** A number, or why there is none. */
export type Cell = { readonly value: number } | { readonly refused: string }

export interface MechanismRow {
  /** As a command line writes it. */
  readonly mechanism: string
  readonly machine: string
  /** GHz of the machine's reference clock, whose cycles all cycles of the row are. */
  readonly clock: number
  readonly cyclesPerInvocation: Cell
  /** To hand a buffer over without a copy, by its bytes. */
  readonly cyclesToPass: Readonly<Record<string, Cell>>
  /** To copy it into the other domain's memory and invoke that domain. */
  readonly cyclesToCopy: Readonly<Record<string, Cell>>
  /** By threads of the process, each on a core of its own. */
  readonly cyclesPerChange: Readonly<Record<string, Cell>>
  readonly interruptsPerChange: Readonly<Record<string, Cell>>
  /** Longest windows of moves while three other threads run in the domain that loses, and pass gates. */
  readonly windows: { readonly stale: Cell; readonly unsafe: Cell; readonly unbounded: Cell }
  /** Taking away a page of which no copy, or 32 copies, of an authority are stored in 16 pages. */
  readonly cyclesToRevoke: { readonly noCopies: Cell; readonly copies32: Cell }
  /** Killing a domain with eight objects of a page each, by threads, all but one of which are inside. */
  readonly cyclesToTerminate: Readonly<Record<string, Cell>>
  /** By structure, then by its objects: cycles to hand over, per object. */
  readonly cyclesPerLinkedObject: Readonly<Record<string, Readonly<Record<string, Cell>>>>
  /** An invocation that reads the callee's memory, by domains in turn. */
  readonly cyclesPerVisit: Readonly<Record<string, Cell>>
  /** Most domains at which such an invocation costs less than twice that with 2, beside memory's own cost. */
  readonly domainsBeforeCliff: number
}

/** Threads of a process of which a domain is killed. */
const killedWith: ReadonlyArray<number> = [1, 4]
const structures = ["list", "tree", "array"] as const
/**
 * Objects of a structure. Beyond a mechanism's keys, tags, entries or memory slots for pointers its cells are refused; a
 * hundred thousand objects take up to a minute of a simulation, so lists alone have them.
 */
const objectCounts: Readonly<Record<(typeof structures)[number], ReadonlyArray<number>>> = {
  list: [1, 16, 100, 1_000, 10_000, 100_000],
  tree: [1, 16, 100, 1_000, 10_000],
  array: [1, 16, 100, 1_000, 10_000]
}
const OBJECT = 64

/** Every run of a row. */
export const termsOfRow = (text: string, [instance]: ReadonlyArray<MechanismInstance>): ReadonlyArray<Term> =>
  Object.values(cellsOf(text, instance)).flatMap((group) => Object.values(group))

/** The terms of a row by where they stand. */
function cellsOf(mechanism: string, instance: MechanismInstance | undefined) {
  const machine = instance?.traits.nativeMachine ?? ""
  // Objects lie as close as the mechanism can tell them apart.
  const every = Math.max(OBJECT, instance?.traits.granule ?? OBJECT)
  const of: Measured = { mechanism, machine }
  const none: Measured = { mechanism: "none", machine }
  const by = <K extends string | number>(keys: ReadonlyArray<K>, term: (key: K) => Term): Record<string, Term> =>
    Object.fromEntries(keys.map((key) => [String(key), term(key)]))
  return {
    single: { invocation: invocationOf(of) },
    pass: by(passedBytes, (bytes) => handOverOf(of, bytes)),
    copy: by(passedBytes, (bytes) => copyAcrossOf(of, bytes)),
    change: by(threadCounts, (threads) => rightsChangeOn({ ...of, threads }, "ticks")),
    interrupts: by(threadCounts, (threads) => rightsChangeOn({ ...of, threads }, "interrupts")),
    windows: {
      stale: windowOn(of, "stale"),
      unsafe: windowOn(of, "unsafe"),
      unbounded: windowOn(of, "unbounded")
    },
    revoke: {
      noCopies: revocationOf(of, { copies: 0, heapPages: 16 }),
      copies32: revocationOf(of, { copies: 32, heapPages: 16 })
    },
    terminate: by(killedWith, (threads) => terminationOf(of, threads)),
    list: by(objectCounts.list, (objects) => structureOf(of, "list", { every, objects })),
    tree: by(objectCounts.tree, (objects) => structureOf(of, "tree", { every, objects })),
    array: by(objectCounts.array, (objects) => structureOf(of, "array", { every, objects })),
    visit: by(domainCounts, (domains) => visitOf(of, domains)),
    bare: by(domainCounts, (domains) => visitOf(none, domains))
  }
}

/** The row of `text`, whose instances are `instances`. */
export function mechanismRow(
  text: string,
  [instance]: ReadonlyArray<MechanismInstance>,
  outcomes: ReadonlyMap<string, RunOutcome>
): MechanismRow {
  const machine = instance?.traits.nativeMachine ?? ""
  const terms = cellsOf(text, instance)
  const cell = (term: Term): Cell => {
    const { number, reason } = readingOf(term, outcomes)
    return reason === undefined ? { value: number } : { refused: reason }
  }
  const cells = (group: Readonly<Record<string, Term>>): Record<string, Cell> =>
    Object.fromEntries(Object.entries(group).map(([name, term]) => [name, cell(term)]))
  const visits = cells(terms.visit)
  return {
    mechanism: text,
    machine,
    clock: machineByName(machine)().parameters.clock.value,
    cyclesPerInvocation: cell(terms.single.invocation),
    cyclesToPass: cells(terms.pass),
    cyclesToCopy: cells(terms.copy),
    cyclesPerChange: cells(terms.change),
    interruptsPerChange: cells(terms.interrupts),
    windows: {
      stale: cell(terms.windows.stale),
      unsafe: cell(terms.windows.unsafe),
      unbounded: cell(terms.windows.unbounded)
    },
    cyclesToRevoke: { noCopies: cell(terms.revoke.noCopies), copies32: cell(terms.revoke.copies32) },
    cyclesToTerminate: cells(terms.terminate),
    cyclesPerLinkedObject: Object.fromEntries(structures.map((structure) => [structure, cells(terms[structure])])),
    cyclesPerVisit: visits,
    domainsBeforeCliff: cliffOf(visits, cells(terms.bare))
  }
}

function cliffOf(visits: Readonly<Record<string, Cell>>, bare: Readonly<Record<string, Cell>>): number {
  const beside = domainCounts.map((domains) => numberOf(visits[domains]) - numberOf(bare[domains]))
  const first = beside.findIndex((cost) => !(cost < 2 * Math.max(1, beside[0] as number)))
  return (first < 0 ? domainCounts.at(-1) : domainCounts[first - 1]) ?? 0
}

const numberOf = (cell: Cell | undefined): number =>
  cell !== undefined && "value" in cell ? cell.value : Number.POSITIVE_INFINITY
