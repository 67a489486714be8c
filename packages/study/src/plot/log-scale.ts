/**
 * A logarithmic axis with a place for zero: exposure and cycles span many powers of ten, and "none at all" is the
 * most interesting value. Law: a zero stands left of every number, under a tick that says 0.
 */
import type { LayoutAxis } from "plotly.js-basic-dist-min"
import { tickText } from "../number-text.ts"

/** Where values stand and how the axis says so. */
export interface LogScale {
  readonly place: (value: number) => number
  readonly axis: Partial<LayoutAxis>
  /** The value in the middle of the axis. */
  readonly middle: number
}

/** Powers of ten from which on an axis has ticks at powers alone, and from which on not at every one. */
const FINE_BELOW = 2.7
const MOST_POWERS = 8
/** Powers of ten that an axis spans at least: none is so short that it has no tick. */
const LEAST_SPAN = 0.5

/** The scale of these values, none negative. */
export function logScale(values: ReadonlyArray<number>, text: (value: number) => string = tickText): LogScale {
  const positive = values.filter((value) => value > 0)
  const zeros = positive.length < values.length
  const [low, high] = positive.length === 0 ? [1, 1] : [Math.min(...positive), Math.max(...positive)]
  const widening = Math.max(0, LEAST_SPAN - Math.log10(high / low)) / 2
  const [least, most] = [Math.log10(low) - widening, Math.log10(high) + widening]
  const zeroAt = Math.floor(least) - 0.15 * (most - least)
  const from = zeros ? zeroAt : least
  const margin = (most - from) * 0.07 + 0.04
  const ticks = ticksBetween((zeros ? Math.floor(least) : least) - margin / 2, most + margin)
  return {
    middle: 10 ** ((from + most) / 2),
    place: (value) => (value > 0 ? value : 10 ** zeroAt),
    axis: {
      type: "log",
      range: [from - margin, most + margin],
      tickmode: "array",
      tickvals: [...(zeros ? [10 ** zeroAt] : []), ...ticks],
      ticktext: [...(zeros ? ["0"] : []), ...ticks.map(text)]
    }
  }
}

/** Round numbers between two powers of ten: 1, 2, 5 of each if there are few, every n-th power if there are many. */
function ticksBetween(from: number, to: number): ReadonlyArray<number> {
  const steps = to - from < FINE_BELOW ? [1, 2, 5] : [1]
  const stride = Math.ceil((to - from) / MOST_POWERS)
  const ticks: Array<number> = []
  for (let power = Math.floor(from); power <= to; power += stride)
    for (const step of steps) {
      const tick = power < 0 ? step / 10 ** -power : step * 10 ** power
      if (Math.log10(tick) >= from && Math.log10(tick) <= to) ticks.push(tick)
    }
  return ticks
}
