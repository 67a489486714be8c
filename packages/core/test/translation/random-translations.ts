/** Programs drawn at random that load, change table entries, invalidate in every way and change address space. */
import { RandomStream } from "@isolde/core/kernel/random"
import { PageSize } from "@isolde/core/memory/page-size"
import { Entry } from "@isolde/core/memory/pages"
import { Current, Invalidation } from "@isolde/core/translation/contexts"
import type { Programs } from "../small-system.ts"

const KINDS = Object.values(Invalidation)
const PAGES = 40

/** `steps` of every thread, on shared pages of 4 KB and one of 2 MB; entries stay readable. */
export function randomTranslations(seed: number, steps: number): Programs {
  return {
    steps,
    build: ({ pages, threads }) => {
      const small = pages.reserve(PAGES)
      const large = pages.reserve(1, Entry.present | Entry.writable, 0, PageSize.large)
      const random = Array.from({ length: threads }, (_, t) => new RandomStream(seed, `translations of thread ${t}`))
      return {
        emit: (program, t) => {
          const draw = random[t.number] as RandomStream
          const page = draw.below(4) === 0 ? large + draw.below(512) : small + draw.below(PAGES)
          switch (draw.below(6)) {
            case 0:
              return void program.storeEntry(page, Entry.present | (draw.below(2) === 0 ? Entry.writable : 0))
            case 1:
              return void program.invalidate(KINDS[draw.below(KINDS.length)] as Invalidation, page, 0, 20)
            case 2:
              return void program.invalidate(Invalidation.page, page, Current, 20)
            case 3:
              return void program.switchSpace(draw.below(4), draw.below(2) === 0, 30)
            default:
              return void program.load(page, 64 * draw.below(64))
          }
        }
      }
    }
  }
}
