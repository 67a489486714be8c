/**
 * Every situation of two lines, breadth first, eight bytes each. Law: nothing is forgotten and nothing approximated;
 * a bound that is hit is a failure.
 */

import type { Explored } from "./explorer.ts"
import { Frontier } from "./frontier.ts"
import type { LineAutomaton } from "./line-automaton.ts"
import { PairSet } from "./pair-set.ts"
import { TwoLines } from "./two-lines.ts"
import { Violation } from "./violation.ts"

/** Explore two lines; throws a Violation with the situation that it came from. More than `limit` are a RangeError. */
export function exploreTwoLines(automaton: LineAutomaton, limit = 1e9): Explored {
  const lines = new TwoLines(automaton)
  const seen = new PairSet()
  let next = new Frontier()
  let transitions = 0
  let depth = -1
  const visit = () => {
    transitions++
    if (seen.add(lines.first, lines.second)) next.add(lines.first, lines.second)
  }
  const look = (first: number, second: number) => {
    lines.load(first, second)
    try {
      lines.check()
      lines.expand(visit)
    } catch (error) {
      lines.load(first, second)
      throw error instanceof Violation ? new Violation(`${error.message}\n${lines.describe()}`) : error
    }
  }
  lines.initial()
  visit()
  for (; next.count > 0; depth++) {
    if (seen.count > limit) throw new RangeError(`more than ${limit} situations`)
    const frontier = next
    next = new Frontier()
    frontier.drain(look)
  }
  return { situations: seen.count, transitions, depth }
}
