/**
 * The vocabulary of a column, as patterns: small words stand for themselves, capitals for a name or number, brackets
 * around what may be left out. Law: this table is the grammar; the parser and its messages read it.
 */
export const stepPatterns = {
  load: "load REGION [via HANDLE] [as LABEL]",
  store: "store REGION [via HANDLE] [as LABEL]",
  enter: "enter TO",
  leave: "leave",
  open: "open TO",
  copy: "copy REGION to TOREGION VALUE",
  grant: "grant REGION to TO [with RIGHTS]",
  share: "share REGION to TO [with RIGHTS]",
  revoke: "revoke REGION from FROM [keeping RIGHTS]",
  move: "move REGION from FROM to TO",
  allocate: "allocate REGION to TO",
  free: "free REGION",
  terminate: "terminate FROM",
  derive: "derive REGION [from HANDLE] in TOHANDLE [with RIGHTS] [for VALUE]",
  keep: "keep REGION in SLOT [from HANDLE]",
  recall: "recall SLOT [in HANDLE]",
  drop: "drop REGION [in HANDLE]",
  instruction: "instruction NAME [on REGION] [with VALUE] [in SLOT]",
  protect: "protect REGION RIGHTS",
  unmap: "unmap REGION",
  discard: "discard REGION",
  set: "set WORD = VALUE",
  "set-release": "set-release WORD = VALUE",
  read: "read WORD as LABEL",
  "read-acquire": "read-acquire WORD as LABEL",
  fence: "fence",
  "store-fence": "store-fence",
  signal: "signal WORD = VALUE",
  wait: "wait WORD = VALUE",
  work: "work VALUE",
  yield: "yield",
  migrate: "migrate to VALUE",
  handler: "handler of VALUE",
  raise: "raise in VALUE",
  sigreturn: "sigreturn"
} as const

export type StepVerb = keyof typeof stepPatterns

/** What a pattern's capitals stand for. */
export type Slot =
  | "REGION"
  | "TOREGION"
  | "TO"
  | "FROM"
  | "RIGHTS"
  | "WORD"
  | "VALUE"
  | "HANDLE"
  | "TOHANDLE"
  | "SLOT"
  | "NAME"
  | "LABEL"

/** One part of a pattern: words and slots in order, and whether it may be left out. */
export interface Part {
  readonly optional: boolean
  readonly words: ReadonlyArray<string>
}

/** The parts of `pattern`. */
export function partsOf(pattern: string): ReadonlyArray<Part> {
  return [...pattern.matchAll(/\[([^\]]*)\]|([^[\]]+)/g)]
    .map((match) => ({ optional: match[1] !== undefined, words: (match[1] ?? match[2] ?? "").trim().split(/\s+/) }))
    .filter(({ words }) => words[0] !== "")
}

export const isSlot = (word: string): word is Slot => /^[A-Z]+$/.test(word)

/** Match `tokens` against `pattern`: the slots' values, or undefined. */
export function matched(pattern: string, tokens: ReadonlyArray<string>): Map<Slot, string> | undefined {
  const found = new Map<Slot, string>()
  let at = 0
  for (const { optional, words } of partsOf(pattern)) {
    const fits = words.every((word, i) => {
      const token = tokens[at + i]
      return token !== undefined && (isSlot(word) || word === token)
    })
    if (!fits) {
      if (optional) continue
      return undefined
    }
    words.forEach((word, i) => {
      if (isSlot(word)) found.set(word, tokens[at + i] as string)
    })
    at += words.length
  }
  return at === tokens.length ? found : undefined
}
