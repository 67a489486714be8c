/**
 * What the tables of a trace look like: names, types, units and meanings, in one place. Columns `tick` and
 * `owner` come first in every table and, with the sequence of emission, give the order of its rows.
 */

/** How a column is stored: `dictionary` columns hold indices into names that the run supplies. */
export type ColumnType = "int32" | "float64" | "uint8" | "dictionary"

/** Values of one column: floats, indices and whole numbers, or bytes. */
export type TraceColumn = Float64Array | Int32Array | Uint8Array

/** An empty column of `rows` rows. */
export function traceColumn(type: ColumnType, rows: number): TraceColumn {
  if (type === "float64") return new Float64Array(rows)
  return type === "uint8" ? new Uint8Array(rows) : new Int32Array(rows)
}

/** Whose names a dictionary column shows. */
export type Names =
  | "owner"
  | "thread"
  | "domain"
  | "region"
  | "request"
  | "message"
  | "cause"
  | "component"
  | "counter"
  | "operation"
  | "verdict"
  | "place"
  | "level"

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly unit: string
  readonly meaning: string
  readonly names?: Names
}

export interface TableSchema {
  readonly name: string
  readonly meaning: string
  readonly columns: ReadonlyArray<Column>
}

const ticks = (name: string, meaning: string): Column => ({ name, type: "float64", unit: "tick", meaning })
const count = (name: string, unit: string, meaning: string): Column => ({ name, type: "float64", unit, meaning })
const named = (name: string, names: Names, meaning: string): Column => ({
  name,
  type: "dictionary",
  unit: "name",
  meaning,
  names
})
const number = (name: string, unit: string, meaning: string): Column => ({ name, type: "int32", unit, meaning })

const leading: ReadonlyArray<Column> = [
  ticks("tick", "when it happened"),
  named("owner", "owner", "component in whose events it happened")
]

const table = (name: string, meaning: string, columns: ReadonlyArray<Column>): TableSchema => ({
  name,
  meaning,
  columns: [...leading, ...columns]
})

export const tableSchemas = {
  crossings: table("crossings", "one row per way through a gate, in or back", [
    named("thread", "thread", "hardware thread that crosses"),
    named("from", "domain", "domain left"),
    named("to", "domain", "domain entered"),
    ticks("begin", "dispatch of the gate's first instruction"),
    ticks("end", "dispatch of the first instruction behind the gate"),
    count("gateInstructions", "instruction", "instructions that the gate executed"),
    number("activation", "activation", "number of the activation opened or closed")
  ]),
  requests: table("requests", "one row per measured region of a program", [
    named("thread", "thread", "hardware thread that executes it"),
    named("request", "request", "its name"),
    ticks("begin", "the thread reads the clock at its begin"),
    ticks("end", "the thread reads the clock at its end")
  ]),
  transfers: table("transfers", "one row per rights operation", [
    named("operation", "operation", "grant, revoke, move"),
    named("thread", "thread", "issuer"),
    named("domain", "domain", "subject"),
    named("region", "region", "object"),
    count("bytes", "byte", "size of the object"),
    ticks("issued", "first instruction dispatches"),
    ticks("committed", "the intended matrix changes"),
    ticks("completed", "the issuer resumes"),
    ticks("quiet", "nothing can use the old right any more; -1: something still could at the end of the run"),
    count("stale", "tick", "quiet - committed; -1: unbounded"),
    count("unsafe", "tick", "quiet - completed, or 0 if it was quiet before; -1: unbounded")
  ]),
  rights: table("rights", "changes of intended or enforced rights", [
    named("place", "place", "where the right lives"),
    named("thread", "thread", "hardware thread that holds it"),
    named("domain", "domain", "subject"),
    named("region", "region", "object"),
    number("before", "rights", "1 read, 2 write, 4 execute"),
    number("after", "rights", "1 read, 2 write, 4 execute")
  ]),
  violations: table("violations", "every verdict but permitted and prevented", [
    named("verdict", "verdict", "racing, leaked, detected, ungoverned, healed, spurious"),
    named("thread", "thread", "hardware thread that made the access"),
    named("domain", "domain", "domain it ran in when the access dispatched"),
    named("region", "region", "object it reached"),
    number("write", "flag", "1 for a store"),
    count("age", "tick", "ticks since the commit of the right's revocation; -1: it was never revoked"),
    count("delay", "tick", "detected: ticks from the access to its report; -1: not reported late, or not at all"),
    number("drained", "flag", "1 if a store is judged as it drains, not at its check")
  ]),
  shootdowns: table("shootdowns", "one row per target of a shootdown", [
    named("initiator", "thread", "hardware thread that changed the tables"),
    named("target", "thread", "hardware thread that was interrupted"),
    number("targets", "thread", "targets of this shootdown"),
    number("pages", "page", "pages invalidated; -1 for everything of one context"),
    ticks("begin", "the initiator starts to send"),
    ticks("acknowledged", "the target's acknowledgement is performed"),
    ticks("end", "the initiator has seen every acknowledgement")
  ]),
  messages: table("messages", "messages between owners, every n-th", [
    named("kind", "message", "its type"),
    named("source", "owner", "who sent it"),
    named("destination", "owner", "who receives it"),
    number("line", "line", "physical cache line, or vector of an interrupt"),
    ticks("sent", "departure"),
    ticks("received", "delivery"),
    number("hops", "hop", "links on its way, the last one out not counted")
  ]),
  accesses: table("accesses", "memory accesses, every n-th", [
    named("thread", "thread", "hardware thread"),
    number("page", "page", "interned page"),
    number("offset", "byte", "offset in the page"),
    number("bytes", "byte", "size"),
    number("write", "flag", "1 for a store"),
    named("level", "cause", "where its line was found, or what held it back"),
    count("latency", "tick", "operands ready to data there; for a store, to line writable; -1 while under way")
  ]),
  accounting: table("accounting", "dispatch slots of each hardware thread by cause", [
    named("thread", "thread", "hardware thread"),
    named("cause", "cause", "class of the instruction that used the slot, or what left it empty"),
    count("slots", "slot", "slots")
  ]),
  counters: table("counters", "totals of each component", [
    named("component", "component", "whose"),
    named("counter", "counter", "what was counted"),
    count("value", "count", "total at the end of the run")
  ])
} as const satisfies Record<string, TableSchema>

export type TableName = keyof typeof tableSchemas
