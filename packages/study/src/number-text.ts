/**
 * Numbers as tables and figures show them. Law: at most four digits are shown of a rounded number, and an exact zero
 * never looks like a rounded one. (A fixed way of writing, not the reader's locale: equal results, equal text.)
 */

const prefixes: ReadonlyArray<readonly [number, string]> = [
  [1e18, "E"],
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"]
]

/** `1234567` as "1.23 M"; integers below 10,000 exactly, with a comma. */
export function siText(value: number): string {
  if (!Number.isFinite(value)) return "–"
  const size = Math.abs(value)
  if (size < 10_000 && Number.isInteger(value)) return groupedText(value)
  // From 999.5 on, three digits round up into the next prefix.
  const [unit, prefix] = prefixes.find(([unit]) => size >= unit * 0.9995) ?? [1, ""]
  const text = threeDigits(value / unit)
  return prefix === "" ? text : `${text} ${prefix}`
}

/** `1000` as "1 k": a round number without its zeros behind the point, for the ticks of an axis. */
export const tickText = (value: number): string => siText(value).replace(/\.0+(?= |$)/, "")

/** `1234567` as "1,234,567". */
export const groupedText = (value: number): string =>
  Number.isFinite(value) ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",") : "–"

/** `12.345` as "+12.3 %": a difference in percent, with its sign even if it rounds to zero. */
export function differenceText(percent: number): string {
  if (!Number.isFinite(percent)) return "–"
  if (percent === 0) return "0 %"
  const size = Math.abs(percent)
  return `${percent < 0 ? "−" : "+"}${size < 0.005 ? "0.00 %" : percentText(size)}`
}

/** `12.345` as "12.3 %"; what is above 0 and rounds to it as "<0.01 %". */
export function percentText(percent: number): string {
  if (!Number.isFinite(percent)) return "–"
  if (percent === 0) return "0 %"
  if (percent > 0 && percent < 0.005) return "<0.01 %"
  if (percent >= 999.5) return `${groupedText(percent)} %`
  return `${threeDigits(percent, 2)} %`
}

/** Three significant digits, at most `places` behind the point. */
function threeDigits(value: number, places = 2): string {
  const size = Math.abs(value)
  const behind = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
  return value.toFixed(Math.min(behind, places))
}
