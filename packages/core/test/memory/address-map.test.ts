/** The map from lines to banks: every place is used once, and neighbours are spread. */

import { machineByName, machineNames } from "@isolde/core/machines/catalogue"
import { numbersOf } from "@isolde/core/machines/machine"
import { AddressMap } from "@isolde/core/memory/address-map"
import { describe, expect, test } from "vitest"

describe.each(machineNames)("%s", (name) => {
  const { memory } = numbersOf(machineByName(name)())
  const map = new AddressMap(memory)
  const placeOf = (line: number) => {
    map.locate(map.within(line))
    return { channel: map.channelOf(line), bank: map.bank, row: map.row, group: map.group, rank: map.rank }
  }

  test("a channel's rows are filled, none beyond its bytes, and no two lines share number and channel", () => {
    const { banks, channels, groups, ranks, rowBytes } = memory
    const rows = new Map<string, number>()
    const numbers = new Set<string>()
    const lines = (channels * ranks * groups * banks * rowBytes * 2) / 64
    for (let line = 0; line < lines; line++) {
      const { bank, channel, row } = placeOf(line)
      const key = `${channel}/${bank}/${row}`
      rows.set(key, (rows.get(key) ?? 0) + 1)
      numbers.add(`${channel}/${map.within(line)}`)
    }
    expect(numbers.size).toBe(lines)
    expect(rows.size).toBe(channels * ranks * groups * banks * 2)
    expect([...new Set(rows.values())]).toEqual([rowBytes / 64])
  })

  test("lines side by side use every channel, then every group", () => {
    const { channels, groups } = memory
    const some = Array.from({ length: channels }, (_, line) => placeOf(line).channel)
    expect(new Set(some).size).toBe(channels)
    const within = Array.from({ length: groups }, (_, at) => {
      map.locate(at)
      return map.group
    })
    expect(new Set(within).size).toBe(groups)
  })

  test("lines a whole round of banks apart lie in different rows, seldom in one bank", () => {
    const { banks, groups, ranks, rowBytes } = memory
    const round = (ranks * groups * banks * rowBytes) / 64
    const used = new Set<number>()
    for (let i = 0; i < ranks * groups * banks; i++) {
      map.locate(i * round)
      expect(map.row).toBe(i)
      used.add(map.bank)
    }
    expect(used.size).toBe(ranks * groups * banks)
  })
})
