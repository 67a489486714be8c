/**
 * The worker thread in which nodeplotlib runs. It is given the figures and answers with the port it listens at.
 * nodeplotlib has no option for the address it binds and none for where Plotly comes from, so the one call that
 * listens is changed on its way. Law: that happens in this thread alone, before nodeplotlib is loaded, and for every
 * server that the thread starts.
 */
import { type RequestListener, Server as WebServer } from "node:http"
import { type AddressInfo, Server } from "node:net"
import { parentPort, workerData } from "node:worker_threads"
import type { Layout } from "nodeplotlib"
import { ownPages } from "./own-pages.ts"
import type { ShownFigure } from "./show.ts"

const HOST = "127.0.0.1"

const listen = Server.prototype.listen
Server.prototype.listen = function (this: Server, port: number, listening: () => void): Server {
  if (this instanceof WebServer) answerFirst(this)
  this.once("listening", () => parentPort?.postMessage((this.address() as AddressInfo).port))
  return listen.call(this, { port, host: HOST }, listening) as Server
} as typeof listen

/** Let `server` answer for the pages that are ours before anybody else does. */
function answerFirst(server: WebServer): void {
  const pages = ownPages()
  const others = server.listeners("request") as Array<RequestListener>
  server.removeAllListeners("request")
  server.on("request", (request, response) => {
    const page = pages.get(request.url ?? "")
    if (page === undefined) for (const answer of others) answer.call(server, request, response)
    else response.writeHead(200, page.headers).end(page.body)
  })
}

const { plot } = await import("nodeplotlib")
for (const { title, traces, layout } of workerData as ReadonlyArray<ShownFigure>)
  plot([...traces], titled(title, layout))

/** nodeplotlib's page has no place for a title but the figure's own: the legend moves below to make room for it. */
function titled(text: string, layout: Layout): Layout {
  const legend = { orientation: "h", x: 0, y: -0.2, xanchor: "left", yanchor: "top" } as const
  return { ...layout, title: { text }, margin: { ...layout.margin, t: 80 }, legend }
}
