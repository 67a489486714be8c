/** How WebAssembly is written down: instructions, numbers, sections (Core Specification 2.0, chapter 5). Law: bytes and no meaning. */

/** Instructions (5.4). */
export const Op = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  branchIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  load: 0x28,
  loadReal: 0x2b,
  loadByte: 0x2d,
  store: 0x36,
  storeReal: 0x39,
  constant: 0x41,
  constantReal: 0x44,
  isZero: 0x45,
  leadingZeros: 0x67,
  realOf: 0xb7,
  /** Towards zero; what no int32 can be becomes the nearest. */
  integerOf: [0xfc, 2]
} as const
export const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
export const [VOID, I32, F64, FUNCTION] = [0x40, 0x7f, 0x7c, 0x60]

export const binary: Readonly<Record<string, number>> = {
  "==": 0x46,
  "===": 0x46,
  "!=": 0x47,
  "!==": 0x47,
  "<": 0x48,
  ">": 0x4a,
  "<=": 0x4c,
  ">=": 0x4e,
  "+": 0x6a,
  "-": 0x6b,
  "*": 0x6c,
  "%": 0x6f,
  "&": 0x71,
  "|": 0x72,
  "^": 0x73,
  "<<": 0x74,
  ">>": 0x75,
  ">>>": 0x76
}
/** Comparisons of what `>>>` gives, which is no sign. */
export const unsigned: Readonly<Record<string, number>> = { "<": 0x49, ">": 0x4b, "<=": 0x4d, ">=": 0x4f }

/** The operators of real numbers. */
export const ofReals: Readonly<Record<string, number>> = {
  "===": 0x61,
  "!==": 0x62,
  "<": 0x63,
  ">": 0x64,
  "<=": 0x65,
  ">=": 0x66,
  "+": 0xa0,
  "-": 0xa1,
  "*": 0xa2
}

export const section = (id: number, parts: ReadonlyArray<ReadonlyArray<number>>): Array<number> => {
  const body = vector(parts)
  return [id, ...leb(body.length), ...body]
}

export const vector = (parts: ReadonlyArray<ReadonlyArray<number>>): Array<number> => [
  ...leb(parts.length),
  ...parts.flat()
]

export const text = (of: string): Array<number> => [...leb(of.length), ...[...of].map((letter) => letter.charCodeAt(0))]

/** LEB128. */
export function leb(value: number): Array<number> {
  const bytes: Array<number> = []
  let left = value
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128)
  return [...bytes, left]
}

export function signed(value: number): Array<number> {
  const bytes: Array<number> = []
  let left = value | 0
  for (; left > 63 || left < -64; left >>= 7) bytes.push((left & 127) | 128)
  return [...bytes, left & 127]
}

/** The eight bytes of a real number. */
export const real = (value: number): Uint8Array => new Uint8Array(new Float64Array([value]).buffer)
