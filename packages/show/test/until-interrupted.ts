/** A program that shows one figure, says where, and waits, as a command line would. */
import { show } from "@isolde/show"

const figure = { title: "one", traces: [{ type: "bar" as const, x: ["a"], y: [1] }], layout: {} }
const shown = await show([figure], { open: false })
process.stdout.write(`${shown.url}\n`)
await shown.closed
process.stdout.write("closed\n")
