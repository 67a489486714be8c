/**
 * A structure of nodes that hold pointers, built and then followed: what the size of a pointer comes to. Nodes grow with
 * their pointers, which are loaded and stored whole; the program says which of its data they are, as no recording can.
 *
 *   list   each node's address is in the node before it
 *   tree   a search tree: from the root down to a leaf, by the key of each node; branches are predicted
 *   array  an array of pointers, one object behind each
 */
import type { MechanismInstance } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { type ChaseOrder, chaseOrder } from "../programs/access-pattern.ts"
import { type BlockNumber, Code, type CodeInstruction } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { atLeast, oneOf, orNone } from "./parameter-rule.ts"

export interface LinkedWalkParameters {
  readonly [name: string]: number | string
  readonly structure: "list" | "tree" | "array"
  readonly nodes: number
  readonly payload: number
  readonly order: ChaseOrder
  readonly visits: number
}

/** What an allocator aligns to, and a capability needs. */
const ALIGNMENT = 16
const NODES = 0
const POINTERS = 1
const NODE = 0 // register

export const linkedWalk = experimentOf<LinkedWalkParameters>({
  name: "linked-walk",
  meaning: "ticks of building a list, a tree or an array of pointers, and of following it",
  parameters: {
    structure: "list, tree or array",
    nodes: "nodes of the structure",
    payload: "bytes of a node beside its pointers; its lines are read where it is visited",
    order: "random: any node lies anywhere, as in a heap that has been used; sequential: in the order of allocation",
    visits: "nodes that are visited while it is measured, after as many that warm the caches"
  },
  defaults: { structure: "list", nodes: 4096, payload: 8, order: "random", visits: 8192 },
  accepts: { structure: oneOf("list", "tree", "array"), payload: orNone, order: oneOf("random", "sequential") },
  together: ({ payload, structure }) =>
    structure === "array" ? atLeast("payload", payload, "an array's element", 1) : [],
  readings: [
    { name: "build", unit: "tick per operation", meaning: "one node written" },
    { name: "walk", unit: "tick per operation", meaning: "one node visited" }
  ],
  scenario: (machine, parameters, mechanisms) => {
    const pointer = pointerBytesOf(mechanisms)
    const { nodes, structure } = parameters
    return {
      machine,
      mechanisms,
      workers: 1,
      workload: codeWorkload({
        name: "linked-walk",
        config: { ...parameters },
        areas: [
          { name: "nodes", bytes: nodes * nodeBytes(parameters, pointer) },
          { name: "pointers", bytes: structure === "array" ? nodes * pointer : pointer }
        ],
        requests: ["build", "warm", "walk"],
        threads: () => [{ code: codeOf(parameters, pointer) }]
      })
    }
  },
  read: ({ requests }, parameters) => ({
    build: (ticksOf(requests, "build")[0] as number) / parameters.nodes,
    walk: (ticksOf(requests, "walk")[0] as number) / visited(parameters)
  })
})

/** Bytes of a pointer in memory under `mechanisms`. */
export const pointerBytesOf = (mechanisms: ReadonlyArray<MechanismInstance>): number =>
  Math.max(8, ...mechanisms.map(({ traits }) => traits.pointerBytes ?? 8))

/** Pointers in a node. */
const pointersIn = ({ structure }: LinkedWalkParameters): number =>
  structure === "list" ? 1 : structure === "tree" ? 2 : 0

/** A node: its pointers, its payload, rounded as an allocator rounds. */
const nodeBytes = (parameters: LinkedWalkParameters, pointer: number): number =>
  Math.ceil((pointersIn(parameters) * pointer + parameters.payload) / ALIGNMENT) * ALIGNMENT

/** Nodes from a tree's root to a leaf. */
const depthOf = ({ nodes }: LinkedWalkParameters): number => Math.floor(Math.log2(nodes + 1))

/** Nodes visited: whole ways from the root in a tree. */
const visited = (parameters: LinkedWalkParameters): number =>
  parameters.structure === "tree"
    ? Math.max(1, Math.floor(parameters.visits / depthOf(parameters))) * depthOf(parameters)
    : parameters.visits

function codeOf(parameters: LinkedWalkParameters, pointer: number): Code {
  const { nodes, order, structure } = parameters
  const bytes = nodeBytes(parameters, pointer)
  const place = chaseOrder(nodes * bytes, bytes, order)
  const code = new Code(["build", "warm", "walk"])
  code
    .begin("build")
    .run(builder(code, parameters, pointer, place), nodes)
    .end("build")
  const follow =
    structure === "tree" ? descents(code, parameters, pointer, place) : visits(code, parameters, pointer, place)
  for (const request of ["warm", "walk"]) {
    code.begin(request)
    follow()
    code.end(request)
  }
  return code
}

/** The n-th node is written: its pointers, a word of each line of its payload, and, in an array, the pointer to it. */
function builder(code: Code, parameters: LinkedWalkParameters, pointer: number, place: Int32Array): BlockNumber {
  const { nodes, structure } = parameters
  const links = Array.from(
    { length: pointersIn(parameters) },
    (_, link): CodeInstruction => ({
      store: { area: NODES, at: (n) => (place[n % nodes] as number) + link * pointer, bytes: pointer }
    })
  )
  const words = payloadPlaces(parameters, pointer).map(
    (offset): CodeInstruction => ({
      store: { area: NODES, at: (n) => (place[n % nodes] as number) + offset }
    })
  )
  const entry: CodeInstruction = { store: { area: POINTERS, at: (n) => (n % nodes) * pointer, bytes: pointer } }
  return code.block([...links, ...words, ...(structure === "array" ? [entry] : [])])
}

/** List and array: the pointer to a node, from the node before or from the array, then the node's payload. */
function visits(code: Code, parameters: LinkedWalkParameters, pointer: number, place: Int32Array): () => void {
  const { nodes, structure } = parameters
  const payload = payloadPlaces(parameters, pointer).map(
    (offset): CodeInstruction => ({
      load: { area: NODES, at: (n) => (place[n % nodes] as number) + offset },
      address: [NODE]
    })
  )
  const link: CodeInstruction =
    structure === "array"
      ? { load: { area: POINTERS, at: (n) => (n % nodes) * pointer, bytes: pointer }, to: [NODE] }
      : { load: { area: NODES, at: (n) => place[n % nodes] as number, bytes: pointer }, address: [NODE], to: [NODE] }
  const block = code.block(structure === "array" ? [link, ...payload] : [...payload, link])
  return () => code.run(block, visited(parameters))
}

/** Tree: from the root to a leaf, each time for another key, which is known when the leaf before has been found. */
function descents(code: Code, parameters: LinkedWalkParameters, pointer: number, place: Int32Array): () => void {
  const depth = depthOf(parameters)
  const random = new RandomStream(1, "keys of a tree")
  const lookups = visited(parameters) / depth
  const steps = new Int32Array(2 * lookups * depth) // [step] node, which of its pointers is followed
  for (let at = 0; at < steps.length; ) {
    for (let node = 0, level = 0; level < depth; level++) {
      const side = random.below(2)
      steps[at++] = node
      steps[at++] = side
      node = 2 * node + 1 + side
    }
  }
  const nodeAt = (n: number) => place[steps[(2 * n) % steps.length] as number] as number
  const payload = payloadPlaces(parameters, pointer).map(
    (offset): CodeInstruction => ({
      load: { area: NODES, at: (n) => nodeAt(n) + offset },
      address: [NODE]
    })
  )
  const child: CodeInstruction = {
    load: {
      area: NODES,
      at: (n) => nodeAt(n) + (steps[(2 * n + 1) % steps.length] as number) * pointer,
      bytes: pointer
    },
    address: [NODE],
    to: [NODE]
  }
  const root = code.block([{ data: [NODE], to: [NODE] }])
  const step = code.block([...payload, child])
  return () => {
    for (let lookup = 0; lookup < lookups; lookup++) code.run(root).run(step, depth)
  }
}

/** Offsets in a node of one word of each line that its payload may lie in: behind the pointers, then every 64 bytes. */
function payloadPlaces(parameters: LinkedWalkParameters, pointer: number): ReadonlyArray<number> {
  const first = pointersIn(parameters) * pointer
  return Array.from({ length: Math.ceil(parameters.payload / LINE_BYTES) }, (_, line) => first + line * LINE_BYTES)
}
