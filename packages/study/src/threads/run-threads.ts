/**
 * Threads that make runs: as many as asked for, each working off the next task in line.
 * Law: a task is settled exactly once; a thread that dies fails its own task and no other, and is replaced.
 */
import { Worker } from "node:worker_threads"
import { errorOf, type Failure, RunFailed } from "./failure.ts"

/** What a thread answers to a task: the end of it, or how far it is. */
export type Answer<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** Share of the run under way, 0 to 1. */
  | { readonly kind: "progress"; readonly share: number }

/** A program of a thread beside the module at `url`. In the sources it is a TypeScript file, in a build it isn't. */
export const threadFile = (name: string, url: string): URL =>
  new URL(`${name}.${url.endsWith(".ts") ? "ts" : "js"}`, url)

/** What each kind of task results in. */
export type ResultsByKind = { readonly [Kind: string]: unknown }

interface Waiting<Task, Result> {
  readonly task: Task
  readonly onStart: () => void
  readonly onProgress: (share: number) => void
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

export class RunThreads<Task extends { readonly kind: string }, Results extends ResultsByKind> {
  readonly #file: URL
  readonly #setting: unknown
  readonly #most: number
  readonly #queue: Array<Waiting<Task, Results[keyof Results]>> = []
  readonly #idle: Array<Worker> = []
  readonly #busy = new Map<Worker, Waiting<Task, Results[keyof Results]>>()
  #closed = false

  /** `most` threads that execute `file`, each given `setting` when it starts. */
  constructor(file: URL, setting: unknown, most: number) {
    this.#file = file
    this.#setting = setting
    this.#most = most
  }

  /** Perform a task as soon as a thread is free. Rejects with the task's own error, or RunFailed. */
  perform<Kind extends keyof Results & string>(
    task: Task & { readonly kind: Kind },
    watch: { readonly onStart?: () => void; readonly onProgress?: (share: number) => void } = {}
  ): Promise<Results[Kind]> {
    const { onProgress = () => undefined, onStart = () => undefined } = watch
    return new Promise<Results[keyof Results]>((resolve, reject) => {
      this.#queue.push({ task, onStart, onProgress, resolve, reject })
      this.#dispatch()
    }) as Promise<Results[Kind]>
  }

  /** End every thread; tasks that haven't finished reject. */
  async close(): Promise<void> {
    this.#closed = true
    const stopped = new RunFailed("Closed", "the runs were stopped")
    const threads = [...this.#idle.splice(0), ...this.#busy.keys()]
    for (const waiting of [...this.#queue.splice(0), ...this.#busy.values()]) waiting.reject(stopped)
    this.#busy.clear()
    await Promise.all(threads.map((thread) => thread.terminate()))
  }

  #dispatch(): void {
    while (!this.#closed && this.#queue.length > 0) {
      const thread = this.#idle.pop() ?? (this.#busy.size < this.#most ? this.#start() : undefined)
      if (thread === undefined) return
      const waiting = this.#queue.shift() as Waiting<Task, Results[keyof Results]>
      this.#busy.set(thread, waiting)
      waiting.onStart()
      thread.postMessage(waiting.task)
    }
  }

  #start(): Worker {
    const thread = new Worker(this.#file, { workerData: this.#setting })
    thread.on("message", (answer: Answer<Results[keyof Results]>) => {
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
