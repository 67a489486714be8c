/** Threads that serve requests: what a request needs adds up, and what threads wait for together limits them. */
import { haswellEp, simulate } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { expect, test } from "vitest"
import { type RequestServerParameters, requestServer } from "../../src/experiments/request-server.ts"

const machine = haswellEp({ cores: 12, sockets: 2 })

function readings(chosen: Partial<RequestServerParameters>) {
  const parameters = { ...requestServer.defaults, ...chosen } as RequestServerParameters
  const run = simulate(requestServer.scenario(machine, parameters, []))
  return requestServer.read(run, parameters) as { ticks: number; perTick: number; interrupts: number }
}

test("a request takes its own work, and its system calls beside it", () => {
  const { syscallEntry, syscallExit } = numbersOf(machine).kernel
  const plain = readings({ work: 6000 }).ticks
  expect(plain).toBeGreaterThanOrEqual(6000)
  expect(plain).toBeLessThan(6100)
  const added = readings({ work: 6000, systemCalls: 4 }).ticks - plain
  expect(Math.abs(added / 4 - syscallEntry - syscallExit)).toBeLessThan(20)
})

test("threads that share nothing serve as many times the requests", () => {
  const [one, six] = [1, 6].map((threads) => readings({ threads }).perTick)
  expect((six as number) / (one as number)).toBeGreaterThan(5.8)
})

test("threads that map and unmap a file for each request wait for each other, and interrupt each other", () => {
  const [one, six, twelve] = [1, 6, 12].map((threads) => readings({ threads, mappedPages: 3, work: 40_000 }))
  expect(one?.interrupts).toBe(0)
  expect(twelve?.interrupts).toBeGreaterThan(6)
  expect(six?.perTick).toBeLessThan(5 * (one?.perTick as number))
  expect(twelve?.perTick).toBeLessThan(1.2 * (six?.perTick as number))
})

test("threads whose kernel puts flushes off to the next tick map and unmap files without interrupting each other", () => {
  const lazy = haswellEp({ cores: 6, shootdown: "lazy", hypothetical: true, kernel: { tick: 2_400_000 } })
  const parameters = { ...requestServer.defaults, threads: 6, mappedPages: 3, work: 40_000 }
  const read = (machine: typeof lazy) =>
    requestServer.read(simulate(requestServer.scenario(machine, parameters, [])), parameters)
  expect(read(lazy).interrupts).toBe(0)
  expect(read(lazy).perTick).toBeGreaterThan(read(haswellEp({ cores: 6 })).perTick as number)
})
