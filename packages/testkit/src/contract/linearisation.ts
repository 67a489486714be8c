/**
 * Whether what happened to one right has an order: operations of several threads that overlap, and accesses that find
 * the right given or not, each at some moment between its begin and its end (Herlihy and Wing, TOPLAS 1990). Law: an
 * order is found if there is one; histories are small.
 */

/** Something that happened between two ticks. */
export interface Event {
  readonly begin: number
  readonly end: number
  /** An operation leaves the right given or not; an access finds it so. */
  readonly kind: "operation" | "access"
  readonly given: boolean
}

/** An order of `events` in which every access finds what the last operation left, or undefined if there is none. */
export function linearisation(events: ReadonlyArray<Event>, given: boolean): ReadonlyArray<Event> | undefined {
  const visited = new Set<string>()
  const order: Array<Event> = []
  const left = new Set(events.keys())
  const go = (now: boolean): boolean => {
    if (left.size === 0) return true
    const state = `${[...left].join()} ${now}`
    if (visited.has(state)) return false
    visited.add(state)
    // Whatever ended before something else began comes first.
    let earliest = Number.POSITIVE_INFINITY
    for (const at of left) earliest = Math.min(earliest, (events[at] as Event).end)
    for (const at of Array.from(left)) {
      const event = events[at] as Event
      if (event.begin > earliest || (event.kind === "access" && event.given !== now)) continue
      left.delete(at)
      order.push(event)
      if (go(event.given)) return true
      order.pop()
      left.add(at)
    }
    return false
  }
  return go(given) ? order : undefined
}
