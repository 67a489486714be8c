import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { fileURLToPath } from "node:url"
import { type Shown, type ShownFigure, show } from "@isolde/show"
import { afterEach, describe, expect, test } from "vitest"
import { localIndex } from "../src/own-pages.ts"

const figures: ReadonlyArray<ShownFigure> = [
  {
    title: "bars </script>",
    traces: [{ type: "bar", x: ["mpk", "ept"], y: [4.3, 9.8] }],
    layout: { barmode: "group" }
  },
  { title: "points", traces: [{ type: "scatter", x: [1, 2], y: [3, 4] }], layout: {} }
]

const open: Array<Shown> = []
const shownNow = async (): Promise<Shown> => {
  const shown = await show(figures, { open: false })
  open.push(shown)
  return shown
}
afterEach(async () => {
  for (const shown of open.splice(0)) await shown.close()
})
const portOf = ({ url }: Shown): number => Number(new URL(url).port)

/** The addresses, as the kernel of Linux writes them, at which this machine listens at `port`. */
const listenersAt = (port: number): Array<string> =>
  ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/ +/))
      .filter(([, local = "", , state]) => state === "0A" && Number.parseInt(local.split(":")[1] ?? "", 16) === port)
      .map(([, local = ""]) => local.split(":")[0] ?? "")
  )

/** What a connection to `host` at `port` comes to. */
const connected = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 })
    const settle = (outcome: string): void => {
      socket.destroy()
      resolve(outcome)
    }
    socket.once("connect", () => settle("connected"))
    socket.once("timeout", () => settle("timeout"))
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code ?? "error"))
  })

/** The figures as nodeplotlib sends them to its page: the polling of socket.io by hand. */
const sentTo = async (url: string): Promise<Array<{ data: unknown; layout: { title: { text: string } } }>> => {
  const address = `${url}/socket.io/?EIO=4&transport=polling`
  const opened = await (await fetch(address)).text()
  const session = `${address}&sid=${(JSON.parse(opened.slice(1)) as { sid: string }).sid}`
  const post = (body: string) => fetch(session, { method: "POST", body, headers: { "content-type": "text/plain" } })
  await post("40")
  await (await fetch(session)).text()
  await post('42["readplots"]')
  let received = ""
  while (received.split("plotdata").length - 1 < figures.length)
    received += `\u001e${await (await fetch(session)).text()}`
  const packets = received.split("\u001e").filter((packet) => packet.startsWith("42"))
  return packets.map((packet) => (JSON.parse(packet.slice(2)) as [string, never])[1])
}

describe("showing figures", () => {
  test("listens at 127.0.0.1 and at no other address of this machine", async () => {
    const shown = await shownNow()
    const port = portOf(shown)
    expect(shown.url).toBe(`http://127.0.0.1:${port}`)
    expect(await connected("127.0.0.1", port)).toBe("connected")
    expect(listenersAt(port)).toEqual(["0100007F"])
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter((each) => each.address !== "127.0.0.1")
      .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address))
    for (const address of ["127.0.0.2", ...others])
      expect(await connected(address, port), address).not.toBe("connected")
  })

  test("serves a page that names no other address, with Plotly from here, and forbids the rest", async () => {
    const { url } = await shownNow()
    for (const path of ["/", "/index.html"]) {
      const page = await fetch(url + path)
      expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'self';/)
      const html = await page.text()
      expect(html).not.toMatch(/https?:/)
      expect(html).toContain('src="/plotly-basic.min.js"')
    }
    const plotly = await (await fetch(`${url}/plotly-basic.min.js`)).text()
    expect(plotly).toContain("plotly.js (basic - minified)")
    expect((await fetch(`${url}/main.js`)).status).toBe(200)
  })

  test("hands over traces and layouts under their titles", async () => {
    const { url } = await shownNow()
    const sent = await sentTo(url)
    expect(sent.map(({ data }) => data)).toEqual(figures.map(({ traces }) => traces))
    expect(sent.map(({ layout }) => layout.title.text)).toEqual(figures.map(({ title }) => title))
    expect(sent[0]?.layout).toMatchObject({ barmode: "group" })
  })

  test("two shows don't disturb each other, and a closed one listens no more", async () => {
    const [first, second] = [await shownNow(), await shownNow()]
    expect(portOf(first)).not.toBe(portOf(second))
    await first.close()
    await first.closed
    expect(await connected("127.0.0.1", portOf(first))).toBe("ECONNREFUSED")
    expect(await connected("127.0.0.1", portOf(second))).toBe("connected")
  })

  test("holds the process until it is interrupted, and prints nothing of its own", async () => {
    const program = fileURLToPath(new URL("./until-interrupted.ts", import.meta.url))
    const child = spawn(process.execPath, ["--conditions=@isolde/source", program])
    let output = ""
    let errors = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors += chunk
    })
    await once(child.stdout, "data")
    await fetch(output.trim())
    child.kill("SIGINT")
    const [, signal] = await once(child, "exit")
    expect([signal, errors]).toEqual(["SIGINT", ""])
    expect(output).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
  })

  test("a page that names another address is refused, not served", () => {
    const page = '<script src="https://cdn.plot.ly/plotly-1.58.4.min.js"></script>'
    expect(localIndex(page)).toBe('<script src="/plotly-basic.min.js"></script>')
    expect(() => localIndex(`${page}<img src="https://example.org/x.png">`)).toThrow(
      "nodeplotlib's page has changed: it names https://example.org/x.png"
    )
    expect(() => localIndex("<p>nothing</p>")).toThrow("it names no Plotly")
  })
})
