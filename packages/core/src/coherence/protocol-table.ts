/**
 * A coherence controller as a table in the source. The text is parsed while the machine is built; at run
 * time a transition is two loads from typed arrays. A blank cell stops the build; "." is a cell that cannot
 * be reached, and reaching it is a ModelDefect (PT1) that names state, event and line.
 *
 *     cell  =  "."  |  action* [ "/" next state ]
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
  expectSame("columns", header.slice(1), events)
  expectSame(
    "rows",
    rows.map((row) => row[0]),
    states
  )
  const next = new Uint8Array(states.length * events.length).fill(Impossible)
  const perform = new Int32Array(next.length)
  for (const [row, [state, ...cells]] of rows.entries()) {
    expectSame(`number of cells in row ${state}`, [String(cells.length)], [String(events.length)])
    for (const [column, cell] of cells.entries()) {
      if (cell === "") throw new ModelDefect("PT2", `${state} x ${events[column]} is blank; "." says it cannot happen`)
      if (cell === ".") continue
      const [names, target = state] = cell.split("/").map((part) => part.trim())
      const at = row * events.length + column
      next[at] = indexIn(states, target)
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
  throw new ModelDefect("PT1", `${table.states[state]} x ${table.events[event]} reached for line ${line}`)
}

function indexIn(names: ReadonlyArray<string>, name: string): number {
  const index = names.indexOf(name)
  if (index < 0) throw new ModelDefect("PT2", `unknown name "${name}"; known: ${names.join(", ")}`)
  return index
}

function expectSame(what: string, actual: ReadonlyArray<string>, expected: ReadonlyArray<string>): void {
  if (actual.join() !== expected.join())
    throw new ModelDefect("PT2", `${what}: ${actual.join()}, expected ${expected.join()}`)
}
