/**
 * The two pages that this package serves in place of nodeplotlib's: its index without the addresses of a content
 * network and of a font service, and Plotly, from the installed package.
 * Law: the browser is told to load nothing from anywhere else, so a forgotten address can't be followed.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

export interface OwnPage {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

const PLOTLY = "/plotly-basic.min.js"

const policy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:"

/** Pages by the path that a browser asks for. */
export function ownPages(): ReadonlyMap<string, OwnPage> {
  const require = createRequire(import.meta.url)
  const web = join(dirname(require.resolve("nodeplotlib")), "lib/server/web")
  const index = localIndex(readFileSync(join(web, "index.html"), "utf8"))
  const plotly = readFileSync(require.resolve("plotly.js-basic-dist-min/plotly-basic.min.js"))
  const page: OwnPage = {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
    body: index
  }
  return new Map([
    ["/", page],
    ["/index.html", page],
    [PLOTLY, { headers: { "content-type": "text/javascript; charset=utf-8" }, body: plotly }]
  ])
}

/** nodeplotlib's index with Plotly from here and without fonts from elsewhere. Throws if an address is left. */
export function localIndex(html: string): string {
  const local = html
    .replace(/https:\/\/cdn\.plot\.ly\/plotly-[\d.]+\.min\.js/, PLOTLY)
    .replace(/<link rel="preconnect"[^>]*>/g, "")
    .replace(/<style[^>]*>@font-face[\s\S]*?<\/style>/g, "")
  const [left] = /https?:\/\/[^"')\s]*/.exec(local) ?? []
  if (left !== undefined || !local.includes(PLOTLY))
    throw new Error(`nodeplotlib's page has changed: it names ${left ?? "no Plotly"}`)
  return local
}
