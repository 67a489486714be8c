/**
 * The mechanisms and variants of the table of principles, as a command line would write them. Law: a variant is a
 * configuration of a package that comes with Isolde; what it leaves open has its default.
 */
export const variants: ReadonlyArray<string> = [
  "mpk",
  "mpk:synchronise=interrupt",
  "mpk:cet=false",
  "ept",
  "mte",
  "cheri"
]
