/**
 * A coherence controller as a table in the source. The text is parsed while the machine is built; at run
 * time a transition is two loads from typed arrays.
 *
 *     cell  =  "."  |  action* [ "/" next state ]
 *
 *   PT1  "." is a cell that can't be reached; one that is, is a dead end that names state, event and line
 *   PT2  no cell is blank; a protocol that lacks a state or an event leaves out its row or column, and then no
 *        cell leads there
 */
import { ModelDefect } from "../kernel/model-defect.ts"

export interface ProtocolTable<State extends string, Event extends string, Action extends string> {
  readonly states: ReadonlyArray<State>
  readonly events: ReadonlyArray<Event>
  readonly actions: ReadonlyArray<Action>
  /** `next[state * events.length + event]`, or `Impossible`. */
  readonly next: Uint8Array
  /** Bit i set: perform `actions[i]`. */
  readonly perform: Int32Array
}

export const Impossible = 0xff

/** PT1: the protocol knows no way on. Whoever sees the whole machine adds what the rest of it holds of `line`. */
export class DeadEnd extends ModelDefect {
  readonly reached: string
  readonly line: number

  /** `around` says what the rest of the machine holds of `line`. */
  constructor(reached: string, line: number, around: ReadonlyArray<string> = []) {
    super("PT1", [`${reached} for line ${line}`, ...around].join("; "))
    this.reached = reached
    this.line = line
  }
}

/** Parse `text`; throws a ModelDefect (PT2) that names the first row or cell that is wrong. */
export function parseProtocol<State extends string, Event extends string, Action extends string>(
  states: ReadonlyArray<State>,
  events: ReadonlyArray<Event>,
  actions: ReadonlyArray<Action>,
  text: string
): ProtocolTable<State, Event, Action> {
  const rows = text
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
  const header = rows.shift() ?? []
  const columns = header.slice(1).map((name) => indexIn(events, name))
  const present = rows.map((row) => indexIn(states, row[0]))
  expectAscending("columns", columns, events)
  expectAscending("rows", present, states)
  const next = new Uint8Array(states.length * events.length).fill(Impossible)
  const perform = new Int32Array(next.length)
  for (const [row, [state, ...cells]] of rows.entries()) {
    if (cells.length !== columns.length)
      throw new ModelDefect("PT2", `number of cells in row ${state}: ${cells.length}, expected ${columns.length}`)
    for (const [column, cell] of cells.entries()) {
      const at = present[row] * events.length + columns[column]
      const where = `${state} x ${events[columns[column]]}`
      if (cell === "") throw new ModelDefect("PT2", `${where} is blank; "." says it cannot happen`)
      if (cell === ".") continue
      const [names, target = state] = cell.split("/").map((part) => part.trim())
      next[at] = indexIn(states, target)
      if (!present.includes(next[at])) throw new ModelDefect("PT2", `${where} leads to ${target}, which has no row`)
      for (const name of names.split(" ").filter((word) => word !== "")) perform[at] |= 1 << indexIn(actions, name)
    }
  }
  return { states, events, actions, next, perform }
}

/** PT1, for the cold path: what was reached that the table calls impossible. */
export function impossible(
  table: ProtocolTable<string, string, string>,
  state: number,
  event: number,
  line: number
): never {
  throw new DeadEnd(`${table.states[state]} x ${table.events[event]} reached`, line)
}

function indexIn(names: ReadonlyArray<string>, name: string): number {
  const index = names.indexOf(name)
  if (index < 0) throw new ModelDefect("PT2", `unknown name "${name}"; known: ${names.join(", ")}`)
  return index
}

function expectAscending(what: string, given: ReadonlyArray<number>, names: ReadonlyArray<string>): void {
  if (given.every((index, at) => at === 0 || given[at - 1] < index)) return
  throw new ModelDefect("PT2", `${what}: ${given.map((index) => names[index]).join()}, in the order ${names.join()}`)
}
