import { InvalidInput } from "@isolde/core"
import { mechanismsByText, shortText } from "@isolde/study/compare/mechanisms-by-text"
import { describe, expect, test } from "vitest"

const configOf = async (text: string) => (await mechanismsByText(text)).map(({ config, name }) => ({ name, config }))

describe("mechanisms as a command line writes them", () => {
  test("have their defaults where nothing is said", async () => {
    expect(await configOf("mpk")).toEqual([{ name: "mpk", config: expect.objectContaining({ cet: true, wrpkru: 40 }) }])
  })

  test("are configured behind colons: names, numbers and switches", async () => {
    const [mpk] = await configOf("mpk:synchronise=interrupt:wrpkru=23:cet=false")
    expect(mpk?.config).toMatchObject({ synchronise: "interrupt", wrpkru: 23, cet: false })
  })

  test("are combined by a plus, in their order", async () => {
    expect((await configOf("cheri+mte:tagLines=0")).map(({ name }) => name)).toEqual(["cheri", "mte"])
  })

  test("are called by their names in results, files without their folders", () => {
    expect(shortText("mpk:cet=false")).toBe("mpk:cet=false")
    expect(shortText("./src/my-mechanism.ts")).toBe("my-mechanism")
  })

  test.each([
    ["mpk:cet", "parameter=value"],
    ["mpk:cte=false", "isolde params mpk"],
    ["mpk:wrpkru=1000", "isolde params mpk"],
    ["mkp", "Nearest names: mpk"]
  ])("say what is wrong with %s", async (text, said) => {
    await expect(mechanismsByText(text)).rejects.toThrow(InvalidInput)
    await expect(mechanismsByText(text)).rejects.toThrow(said)
  })
})
