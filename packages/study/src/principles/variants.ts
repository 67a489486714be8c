/**
 * The mechanisms and variants of the table of principles, as a command line would write them. Law: a variant is a
 * configuration of a package that comes with Isolde; what it leaves open has its default.
 */
export const variants: ReadonlyArray<string> = [
  "mpk",
  "mpk:gate=inspected",
  "mpk:gate=single",
  "mpk:synchronise=interrupt",
  "mpk:synchronise=rekey",
  "mpk:virtualise=true",
  "ept",
  "ept:edits=remap",
  "ept:keys=true",
  "mte",
  "mte:mode=synchronous",
  "mte:beyond=share",
  "pac",
  "cheri",
  "cheri:switch=ddc",
  "cheri:pointers=capabilities",
  "cheri:revocation=sweep",
  "cheri:revocation=thread",
  "sfi",
  "sfi:variant=segment",
  "sfi:variant=lists",
  "language",
  "process",
  "process:crossing=direct",
  "process:crossing=pipe",
  "process:crossing=shared",
  "proposals",
  "proposals:base=tags",
  "proposals:base=proxy",
  "proposals:base=xpc",
  "proposals:base=hfi",
  "proposals:base=ideal"
]
