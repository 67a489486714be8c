/**
 * The rules of the proposals: may this access be made? Pure functions of what the hardware would hold; no time, no
 * unit. Each is what the text of its proposal says, in a line or two.
 */

/** Rights as bits. */
const READ = 1
const WRITE = 2
const needed = (store: boolean): number => (store ? WRITE : READ)

/** PRO1 keys: the page's key is open in the register (two bits per key: no access, no write), and the entry allows it. */
export const keyOpens = (
  register: number,
  key: number,
  present: boolean,
  writable: boolean,
  store: boolean
): boolean => {
  const closed = (register >>> (2 * key)) & 3
  return present && (!store || writable) && (closed & 1) === 0 && (!store || closed === 0)
}

/** PRO2 tags: every granule that the access touches has the tag that the access carries. */
export const tagsMatch = (carried: number, granules: ReadonlyArray<number>): boolean =>
  granules.every((tag) => tag === carried)

/** PRO3 the granule of a page: the largest power of two from 16 to 4,096 bytes inside which no two objects meet. */
export function granuleOf(objects: ReadonlyArray<number>): number {
  let granule = 4096
  while (granule > 16 && !isUniform(objects, granule / 16)) granule /= 2
  return granule
}

/** `objects`: what each 16 bytes of the page are part of. */
const isUniform = (objects: ReadonlyArray<number>, run: number): boolean =>
  objects.every((object, at) => object === objects[at - (at % run)])

/** An entry of a table of proxies, or a segment of a list. */
export interface TableEntry {
  readonly rights: number
  readonly bytes: number
  /** Counts up whenever the entry comes to be another object's, or somebody else's. */
  readonly version: number
}

/** PRO4 proxy: the pointer names an entry of the domain that runs, of the same version, whose bounds and rights hold the access. */
export const entryAllows = (
  entry: TableEntry | undefined,
  version: number,
  offset: number,
  bytes: number,
  store: boolean
): boolean =>
  entry !== undefined &&
  entry.version === version &&
  (entry.rights & needed(store)) !== 0 &&
  offset >= 0 &&
  offset + bytes <= entry.bytes

/** A region register: HFI's explicit regions are exact to the byte. */
export interface RegionRegister {
  readonly from: number
  readonly bytes: number
  readonly rights: number
}

/** PRO5 hfi: some register that the last hfi_enter or hfi_set_region filled covers the access, and allows it. */
export const regionAllows = (
  registers: ReadonlyArray<RegionRegister>,
  address: number,
  bytes: number,
  store: boolean
): boolean =>
  registers.some(
    (each) => address >= each.from && address + bytes <= each.from + each.bytes && (each.rights & needed(store)) !== 0
  )
