/**
 * Whether what happened to one right has an order: operations of several threads that overlap, and accesses that find
 * the right given or not, each at some moment between its begin and its end (Herlihy and Wing, TOPLAS 1990). Law: an
 * order is found if there is one; histories are small.
 */

/** Something that happened between two ticks. */
export interface Event {
  readonly begin: number
  readonly end: number
  /** State of the right behind it, if it was `state` before; undefined if it can't have happened then. */
  readonly follows: (state: number) => number | undefined
}

/** An operation that leaves the right in `state`, whatever it was. */
export const leaves = (begin: number, end: number, state: number): Event => ({ begin, end, follows: () => state })

/** Something that happens where `holds`, and changes nothing. */
export const finds = (begin: number, end: number, holds: (state: number) => boolean): Event => ({
  begin,
  end,
  follows: (state) => (holds(state) ? state : undefined)
})

/** An order in which each of `events` follows the one before it, from `state` on, or undefined if there is none. */
export function linearisation(events: ReadonlyArray<Event>, state: number): ReadonlyArray<Event> | undefined {
  const visited = new Set<string>()
  const order: Array<Event> = []
  const left = new Set(events.keys())
  const go = (now: number): boolean => {
    if (left.size === 0) return true
    const place = `${[...left].join()} ${now}`
    if (visited.has(place)) return false
    visited.add(place)
    // Whatever ended before something else began comes first.
    let earliest = Number.POSITIVE_INFINITY
    for (const at of left) earliest = Math.min(earliest, (events[at] as Event).end)
    for (const at of Array.from(left)) {
      const event = events[at] as Event
      const next = event.begin > earliest ? undefined : event.follows(now)
      if (next === undefined) continue
      left.delete(at)
      order.push(event)
      if (go(next)) return true
      order.pop()
      left.add(at)
    }
    return false
  }
  return go(state) ? order : undefined
}
