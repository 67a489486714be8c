/**
 * The machines by name.
 * Law: a name is what the machine calls itself, and an unknown one is answered with the nearest.
 */
import { InvalidInput, nearest, shown } from "../invalid-input.ts"
import { appleM1 } from "./apple-m1.ts"
import { broadwellEp, broadwellEp10 } from "./broadwell-ep.ts"
import { cortexX3 } from "./cortex-x3.ts"
import { haswellEp, haswellEp10 } from "./haswell-ep.ts"
import { iceLakeSp } from "./ice-lake-sp.ts"
import { ivyBridge, ivyBridgeEx } from "./ivy-bridge.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { morello, neoverseN1 } from "./neoverse-n1.ts"
import { sapphireRapids } from "./sapphire-rapids.ts"
import { skylakeSp } from "./skylake-sp.ts"
import { tigerLake } from "./tiger-lake.ts"
import { zen3 } from "./zen-3.ts"
import { zen5 } from "./zen-5.ts"

/** Makes a machine; throws InvalidInput for wrong options. */
export type MachineFactory = (options?: MachineOptions) => Machine

const factories: ReadonlyMap<string, MachineFactory> = new Map([
  ["tiger-lake", tigerLake],
  ["skylake-sp", skylakeSp],
  ["haswell-ep", haswellEp],
  ["haswell-ep-10", haswellEp10],
  ["broadwell-ep", broadwellEp],
  ["broadwell-ep-10", broadwellEp10],
  ["ivy-bridge", ivyBridge],
  ["ivy-bridge-ex", ivyBridgeEx],
  ["ice-lake-sp", iceLakeSp],
  ["sapphire-rapids", sapphireRapids],
  ["zen-3", zen3],
  ["zen-5", zen5],
  ["cortex-x3", cortexX3],
  ["neoverse-n1", neoverseN1],
  ["morello", morello],
  ["apple-m1", appleM1]
])

/** Names of all machines. */
export const machineNames: ReadonlyArray<string> = [...factories.keys()]

/** The factory of the machine called `name`. Throws InvalidInput with the nearest names; `path` says where the name stood. */
export function machineByName(name: string, path = "machine"): MachineFactory {
  const factory = factories.get(name)
  if (factory !== undefined) return factory
  throw new InvalidInput([
    {
      path,
      expected: `one of ${machineNames.join(", ")}`,
      actual: shown(name),
      remedy: `Nearest names: ${nearest(String(name), machineNames).join(", ")}.`
    }
  ])
}
