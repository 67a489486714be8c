/**
 * The page sizes of 4 KB granules: 4 KB, 2 MB and 1 GB, each 512 of the one before. A size is also the number
 * of table levels that its walk leaves out.
 * Law: a size that no machine has is an input error, said once, here.
 */
import { InvalidInput, shown } from "../invalid-input.ts"

/** Levels of tables that a page of this size leaves out. */
export const PageSize = { small: 0, large: 1, huge: 2 } as const
export type PageSize = (typeof PageSize)[keyof typeof PageSize]

/** [size] bytes */
export const pageBytes: ReadonlyArray<number> = [4096, 2 ** 21, 2 ** 30]

/** Pages of 4 KB in one page of `size`. */
export const pagesIn = (size: number): number => 1 << (9 * size)

/** The size of `bytes` bytes. Throws InvalidInput; `path` says where the number stood. */
export function pageSizeOf(bytes: number, path: string): PageSize {
  const size = pageBytes.indexOf(bytes)
  if (size >= 0) return size as PageSize
  throw new InvalidInput([
    {
      path,
      expected: `${pageBytes.join(", ")} bytes: a page is 4 KB, 2 MB or 1 GB`,
      actual: shown(bytes),
      remedy: "Choose one of the three; the model's tables have 4 KB granules, so other sizes don't exist."
    }
  ])
}
