/**
 * Puts the events of one tick in the order of their keys. Few are sorted by insertion; many are dealt out by phase
 * and destination, a list each, so that an event costs no more when thousands share its tick.
 * Law: events with equal keys keep their order, which is their source's own.
 */
import * as eventNode from "./event-node.ts"
import * as level from "./wheel-level.ts"

const { KEY, NEXT, Nil, destinationOf, phaseOf } = eventNode
const { append, clearLevel, next, take, wordsOf } = level

/** Beyond so many events insertion costs more than dealing out. */
const FEW = 12
const PHASES = 3

export class TickOrder {
  /** Last node of the list that `sort` returned. */
  last: number = Nil
  /** Words that the lists take of the queue's memory. */
  readonly words: number
  readonly #base: number
  readonly #lists: number // [phase][destination]
  readonly #owners: number

  /** The lists lie in the queue's memory from `base` on. */
  constructor(base: number, owners: number) {
    this.#base = base
    this.#owners = owners
    this.#lists = Math.ceil((PHASES * owners + 1) / 32) * 32
    this.words = wordsOf(this.#lists)
  }

  clear(memory: Int32Array): void {
    clearLevel(memory, this.#base, this.#lists)
  }

  /** The list that begins with `head`, in order; its first node. */
  sort(nodes: Int32Array, head: number): number {
    let count = 0
    for (let node = head; node !== Nil && count <= FEW; node = nodes[node + NEXT]) count++
    return count <= FEW ? this.#inserted(nodes, head) : this.#dealt(nodes, head)
  }

  #inserted(nodes: Int32Array, head: number): number {
    let sorted = head
    let last = head
    for (let node = nodes[head + NEXT]; node !== Nil; node = nodes[last + NEXT]) {
      if (nodes[node + KEY] >= nodes[last + KEY]) last = node
      else {
        nodes[last + NEXT] = nodes[node + NEXT]
        sorted = insert(nodes, sorted, node)
      }
    }
    this.last = last
    return sorted
  }

  #dealt(m: Int32Array, head: number): number {
    const base = this.#base
    const lists = this.#lists
    const owners = this.#owners
    for (let node = head; node !== Nil; ) {
      const following = m[node + NEXT]
      const key = m[node + KEY]
      const list = phaseOf(key) * owners + destinationOf(key)
      const at = base + 2 * list
      if (m[at + 1] !== Nil && key < m[m[at + 1] + KEY]) m[at] = insert(m, m[at], node)
      else {
        m[node + NEXT] = Nil
        append(m, base, lists, list, node)
      }
      node = following
    }
    return this.#gathered(m)
  }

  #gathered(m: Int32Array): number {
    const base = this.#base
    const lists = this.#lists
    let first: number = Nil
    let last: number = Nil
    for (let list = next(m, base, lists, 0); list >= 0; list = next(m, base, lists, list + 1)) {
      const tail = m[base + 2 * list + 1]
      const head = take(m, base, lists, list)
      if (last === Nil) first = head
      else m[last + NEXT] = head
      last = tail
    }
    this.last = last
    return first
  }
}

/** Put `node` into the sorted list that begins with `head`, whose last key is greater; the first node then. */
function insert(nodes: Int32Array, head: number, node: number): number {
  const key = nodes[node + KEY]
  let before: number = Nil
  let at = head
  while (nodes[at + KEY] <= key) {
    before = at
    at = nodes[at + NEXT]
  }
  nodes[node + NEXT] = at
  if (before === Nil) return node
  nodes[before + NEXT] = node
  return head
}
