/** One measurement of growth in a fresh process. Law: it is named by the JSON of its one argument, and prints JSON. */
import { type Growing, measureGrowth } from "./measure-growth.ts"

const grown = await measureGrowth(JSON.parse(process.argv[2] as string) as Growing)
process.stdout.write(`${JSON.stringify(grown ?? null)}\n`)
