/** Parts of a tile that its straight way goes by. */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import type { Branches } from "./branches.ts"
import type { InstructionFetch } from "./instruction-fetch.ts"
import type { Pipeline } from "./pipeline.ts"

export interface StraightParts {
  readonly branches: Branches
  readonly caches: PrivateCaches
  readonly fetch: InstructionFetch
  readonly numbers: MachineNumbers
  readonly pages: Pages
  readonly pipeline: Pipeline
  readonly translation: Translation
}
