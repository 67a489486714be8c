/**
 * The threads that make a comparison's runs: as many as asked for, each working off the next task in line.
 * Law: a task is settled exactly once; a thread that dies fails its own task and no other, and is replaced.
 */
import { Worker } from "node:worker_threads"
import { errorOf, RunFailed } from "./failure.ts"
import type { Answer, Results, Setting, Task } from "./setting.ts"

/** In the sources the thread is a TypeScript file, in a build it isn't. */
const threadFile = new URL(`./run-thread.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url)

type Result = Results[keyof Results]

interface Waiting {
  readonly task: Task
  readonly onStart: () => void
  readonly onProgress: (share: number) => void
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

export class RunThreads {
  readonly #setting: Setting
  readonly #most: number
  readonly #queue: Array<Waiting> = []
  readonly #idle: Array<Worker> = []
  readonly #busy = new Map<Worker, Waiting>()
  #closed = false

  constructor(setting: Setting, most: number) {
    this.#setting = setting
    this.#most = most
  }

  /** Perform a task as soon as a thread is free. Rejects with the task's own error, or RunFailed. */
  perform<Kind extends keyof Results>(
    task: Task & { readonly kind: Kind },
    watch: { readonly onStart?: () => void; readonly onProgress?: (share: number) => void } = {}
  ): Promise<Results[Kind]> {
    const { onProgress = () => undefined, onStart = () => undefined } = watch
    return new Promise<Result>((resolve, reject) => {
      this.#queue.push({ task, onStart, onProgress, resolve, reject })
      this.#dispatch()
    }) as Promise<Results[Kind]>
  }

  /** End every thread; tasks that haven't finished reject. */
  async close(): Promise<void> {
    this.#closed = true
    const stopped = new RunFailed("Closed", "the comparison was stopped")
    const threads = [...this.#idle.splice(0), ...this.#busy.keys()]
    for (const waiting of [...this.#queue.splice(0), ...this.#busy.values()]) waiting.reject(stopped)
    this.#busy.clear()
    await Promise.all(threads.map((thread) => thread.terminate()))
  }

  #dispatch(): void {
    while (!this.#closed && this.#queue.length > 0) {
      const thread = this.#idle.pop() ?? (this.#busy.size < this.#most ? this.#start() : undefined)
      if (thread === undefined) return
      const waiting = this.#queue.shift() as Waiting
      this.#busy.set(thread, waiting)
      waiting.onStart()
      thread.postMessage(waiting.task)
    }
  }

  #start(): Worker {
    const thread = new Worker(threadFile, { workerData: this.#setting })
    thread.on("message", (answer: Answer) => {
      const waiting = this.#busy.get(thread)
      if (waiting === undefined) return
      if (answer.kind === "progress") {
        waiting.onProgress(answer.share)
        return
      }
      this.#busy.delete(thread)
      this.#idle.push(thread)
      if (answer.kind === "done") waiting.resolve(answer.result)
      else waiting.reject(errorOf(answer.failure))
      this.#dispatch()
    })
    thread.on("error", (error: unknown) =>
      this.#died(thread, error instanceof Error ? error : new Error(String(error)))
    )
    thread.on("exit", (code) => this.#died(thread, new Error(`the thread ended with code ${code}`)))
    return thread
  }

  #died(thread: Worker, error: Error): void {
    const place = this.#idle.indexOf(thread)
    if (place >= 0) this.#idle.splice(place, 1)
    const waiting = this.#busy.get(thread)
    this.#busy.delete(thread)
    waiting?.reject(new RunFailed(error.name, error.message, error.stack))
    this.#dispatch()
  }
}
