/** Opens figures in a browser. Law: @isolde/show is loaded only here, and only when asked for. */
import { InvalidInput } from "@isolde/core"
import type { Figure } from "@isolde/study"
import { remark } from "./output.ts"

/** Settles when the last window has gone, or on interruption. Rejects with InvalidInput without @isolde/show. */
export async function showFigures(figures: ReadonlyArray<Figure>, signal: AbortSignal): Promise<void> {
  const { show } = await import("@isolde/show").catch(() => {
    const remedy = "Install it beside @isolde/cli, or open the page of plots that the command writes."
    throw new InvalidInput([{ path: "show", expected: "@isolde/show", actual: "no such package", remedy }])
  })
  const shown = await show(figures)
  remark(`The plots are at ${shown.url} until their windows are closed.`)
  signal.addEventListener("abort", () => void shown.close(), { once: true })
  await shown.closed
}
