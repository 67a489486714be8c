/**
 * Shows figures in a browser through nodeplotlib, which runs in a worker thread of its own.
 * Law: nothing outside this machine is asked or answered. The server is bound to 127.0.0.1, the page and Plotly come
 * from it, and what nodeplotlib logs stays in the worker: standard output belongs to the caller.
 */
import { Worker } from "node:worker_threads"
import type { Layout, Plot } from "nodeplotlib"

/** What is shown: Plotly traces and a layout under a title. Plain data, as a figure of a study is. */
export interface ShownFigure {
  readonly title: string
  readonly traces: ReadonlyArray<Plot>
  readonly layout: Layout
}

export interface ShowOptions {
  /** Ask the system to open a browser window; default true. */
  readonly open?: boolean
}

/** Figures being shown. They hold the process until they are closed, by whoever comes first. */
export interface Shown {
  /** Where: `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Settles when the last browser window has gone, or after `close`. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** Show figures. Rejects with what nodeplotlib throws if it can't start. */
export function show(figures: ReadonlyArray<ShownFigure>, { open = true }: ShowOptions = {}): Promise<Shown> {
  const program = new URL(import.meta.url.endsWith(".ts") ? "./server.ts" : "./server.js", import.meta.url)
  // nodeplotlib opens no window if it is told a port, and takes any free one if that is 0.
  const env = open ? process.env : { ...process.env, NODEPLOTLIB_PORT: "0" }
  const worker = new Worker(program, { workerData: figures, env, stdout: true, stderr: true })
  worker.stdout.resume()
  worker.stderr.resume()
  return new Promise((resolve, reject) => {
    worker.once("error", reject)
    const closed = new Promise<void>((settle) => worker.once("exit", () => settle()))
    worker.once("message", (port: number) => {
      const close = async (): Promise<void> => {
        await worker.terminate()
      }
      resolve({ url: `http://127.0.0.1:${port}`, closed, close })
    })
    worker.once("exit", (code) => reject(new Error(`nodeplotlib ended with code ${code} before it listened`)))
  })
}
