/**
 * Mechanisms as a command line writes them: `mpk`, `mpk:synchronise=interrupt:cet=false`, `pac+mte`, `./mine.ts`.
 * Law: what is not said has its default; what is said and not understood is answered with what there is.
 */
import { existsSync } from "node:fs"
import { InvalidInput, type MechanismInstance } from "@isolde/core"
import { shown } from "@isolde/core/invalid-input"
import { mechanismByName } from "./mechanism-by-name.ts"

/** A mechanism's name or file, and its configuration. */
interface Part {
  readonly name: string
  readonly config: Readonly<Record<string, string | number | boolean>>
  /** The configuration as it was written, with its colon. */
  readonly suffix: string
}

/** The mechanisms of `text`, in its order. Rejects with InvalidInput. */
export async function mechanismsByText(text: string, path = "mechanism"): Promise<ReadonlyArray<MechanismInstance>> {
  return Promise.all(partsOf(text, path).map(async ({ config, name }) => (await mechanismByName(name, path))(config)))
}

/** What a result calls them: names without paths, with what was configured. Throws InvalidInput. */
export const shortText = (text: string, path = "mechanism"): string =>
  partsOf(text, path)
    .map(({ name, suffix }) => name.replace(/^.*[/\\]/, "").replace(/\.[cm]?[jt]s$/, "") + suffix)
    .join("+")

function partsOf(text: string, path: string): ReadonlyArray<Part> {
  if (existsSync(text)) return [{ name: text, config: {}, suffix: "" }]
  return text.split("+").map((part) => {
    const [name = "", ...settings] = part.split(":")
    const suffix = settings.map((setting) => `:${setting}`).join("")
    return { name, config: Object.fromEntries(settings.map((setting) => settingOf(setting, name, path))), suffix }
  })
}

function settingOf(setting: string, mechanism: string, path: string): readonly [string, string | number | boolean] {
  const at = setting.indexOf("=")
  if (at > 0) return [setting.slice(0, at), valueOf(setting.slice(at + 1))]
  const remedy = `Write mechanism:parameter=value; \`isolde params ${mechanism}\` lists the parameters.`
  throw new InvalidInput([{ path, expected: "parameter=value after a colon", actual: shown(setting), remedy }])
}

function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true"
  return /^-?\d+$/.test(text) ? Number(text) : text
}
