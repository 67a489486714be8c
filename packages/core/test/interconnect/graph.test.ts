/** Ways through the graph of every topology (NG1, NG2), and where things sit on it (PL1, PL2). */
import { Graph } from "@isolde/core/interconnect/graph"
import { Placement } from "@isolde/core/interconnect/placement"
import { type MachineNumbers, numbersOf, type Topology } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { describe, expect, test } from "vitest"

const skylake = numbersOf(skylakeSp())

const machine = (
  topology: Partial<Topology>,
  [columns, rows]: readonly [number, number],
  parts: Partial<MachineNumbers> = {}
): MachineNumbers => ({
  ...skylake,
  ...parts,
  topology: { ...skylake.topology, ...topology },
  network: { ...skylake.network, columns, rows, fabric: { latency: 30, flit: 2 }, socket: { latency: 90, flit: 4 } }
})

/** Stops that a message comes through, with its first and its last. */
function stopsOf(graph: Graph, from: number, to: number): Array<number> {
  return [from, ...graph.way(from, to).map((link) => graph.to[link] as number)]
}

describe("NG1: the way", () => {
  test("on a mesh goes along the row first, then along the column", () => {
    const graph = new Graph(machine({ kind: "mesh" }, [4, 3]))
    expect(stopsOf(graph, 0, 11)).toEqual([0, 1, 2, 3, 7, 11])
    expect(stopsOf(graph, 11, 0)).toEqual([11, 10, 9, 8, 4, 0])
    expect(stopsOf(graph, 8, 2)).toEqual([8, 9, 10, 6, 2])
    for (let from = 0; from < 12; from++) {
      for (let to = 0; to < 12; to++) {
        const hops = Math.abs((from % 4) - (to % 4)) + Math.abs((from >> 2) - (to >> 2))
        expect(graph.way(from, to)).toHaveLength(hops)
      }
    }
  })

  test("on a ring goes the shorter way round, and upwards where both are as long", () => {
    const graph = new Graph(machine({ kind: "ring" }, [6, 1]))
    expect(stopsOf(graph, 5, 1)).toEqual([5, 0, 1])
    expect(stopsOf(graph, 1, 5)).toEqual([1, 0, 5])
    expect(stopsOf(graph, 1, 4)).toEqual([1, 2, 3, 4])
    expect(stopsOf(graph, 4, 1)).toEqual([4, 5, 0, 1])
  })

  test("on a crossbar has no link", () => {
    const graph = new Graph(machine({ kind: "crossbar" }, [5, 2]))
    expect(graph).toMatchObject({ stops: 1, legs: 0 })
    expect(graph.way(0, 0)).toEqual([])
  })

  test("from complex to complex goes through the fabric, on two long links", () => {
    const graph = new Graph(machine({ kind: "complexes", coresPerComplex: 4 }, [3, 1]))
    expect(stopsOf(graph, 0, 2)).toEqual([0, 3, 2])
    expect(graph).toMatchObject({ stops: 4, legs: 2 })
    expect(graph.way(0, 2).map((link) => graph.latency[link])).toEqual([30, 30])
  })

  test.each([
    ["all", 4, [0, 1, 1, 1]],
    ["ring", 4, [0, 1, 2, 1]],
    ["ring", 2, [0, 1]],
    ["cube", 8, [0, 1, 1, 2, 1, 2, 2, 3]]
  ] as const)(
    "between sockets joined %s, of %i, has as many inter-socket links as their distance",
    (between, sockets, legs) => {
      const graph = new Graph(machine({ kind: "ring", between }, [3, 1], { sockets }))
      const long = (from: number, to: number) => graph.way(from, to).filter((link) => graph.long[link] === 1).length
      expect(legs.map((_, socket) => long(1, 3 * socket + 2))).toEqual(legs)
      expect(graph.legs).toBe(Math.max(...legs))
    }
  )

  test("between sockets leads to the gateway, over the link, and from the other gateway", () => {
    const graph = new Graph(machine({ kind: "mesh" }, [3, 2], { sockets: 2 }))
    expect(stopsOf(graph, 3, 6 + 5)).toEqual([3, 4, 1, 7, 8, 11])
  })
})

describe("PL1, PL2: tiles, slices and channels", () => {
  const shapes: Array<[string, MachineNumbers]> = [
    ["one mesh", skylake],
    ["two meshes of 7 tiles", machine({}, [5, 2], { sockets: 2, tiles: 7 })],
    ["three rings of 8 tiles", machine({ kind: "ring" }, [4, 1], { sockets: 3, tiles: 8 })],
    [
      "two sockets of three complexes of 5 tiles each",
      machine({ kind: "complexes", coresPerComplex: 2 }, [3, 1], {
        sockets: 2,
        tiles: 10,
        llc: { ...skylake.llc, slices: 7 }
      })
    ]
  ]

  test.each(shapes)("of %s are in their sockets, and every socket has its share of tiles", (_, numbers) => {
    const placement = new Placement(numbers)
    const { stopsPerSocket } = new Graph(numbers)
    const socketOf = (stop: number) => Math.floor(stop / stopsPerSocket)
    const tiles = Array.from({ length: numbers.sockets }, () => 0)
    for (let tile = 0; tile < numbers.tiles; tile++) {
      const socket = placement.socketOfTile(tile)
      tiles[socket] = (tiles[socket] as number) + 1
      expect(socketOf(placement.stopOfTile(tile))).toBe(socket)
      expect(placement.socketOfNode(placement.nodeOfTile(tile))).toBe(socket)
    }
    expect(Math.max(...tiles) - Math.min(...tiles)).toBeLessThanOrEqual(1)
    for (let channel = 0; channel < placement.channels; channel++) {
      expect(socketOf(placement.stopOfChannel(channel))).toBe(Math.floor(channel / numbers.memory.channels))
    }
  })

  test.each(shapes)(
    "of %s: a node's lines have their homes on its own slices, on all of them, and no two nodes share one",
    (_, numbers) => {
      const placement = new Placement(numbers)
      const seen = new Map<number, number>()
      for (let node = 0; node < placement.nodes; node++) {
        const slices = new Set(Array.from({ length: 4096 }, (__, line) => placement.sliceOf(node, line * 3)))
        expect(slices.size).toBe(placement.slicesOf(node))
        for (const slice of slices) {
          expect(seen.has(slice)).toBe(false)
          seen.set(slice, node)
        }
      }
      expect(seen.size).toBe(placement.slices)
    }
  )

  test("a complex keeps its tiles' memory in the slices at its own stop", () => {
    const numbers = machine({ kind: "complexes", coresPerComplex: 4 }, [3, 1], {
      tiles: 12,
      llc: { ...skylake.llc, slices: 12 }
    })
    const placement = new Placement(numbers)
    for (let tile = 0; tile < 12; tile++) {
      expect(placement.stopOfTile(tile)).toBe(Math.floor(tile / 4))
      for (let line = 0; line < 50; line++) {
        const slice = placement.sliceOf(placement.nodeOfTile(tile), line)
        expect(placement.stopOfSlice(slice)).toBe(placement.stopOfTile(tile))
      }
    }
  })
})
