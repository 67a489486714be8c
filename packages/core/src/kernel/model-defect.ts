/** A broken invariant of Isolde itself. Thrown in the kernel, caught once at the boundary; never the user's fault. */
export class ModelDefect extends Error {
  override readonly name = "ModelDefect"
  /** The invariant's ID, as in the header of the file that states it. */
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`)
    this.invariant = invariant
  }
}

/** Throw a ModelDefect naming `invariant` unless `holds`. For cold paths: the message is built eagerly. */
export function invariant(holds: boolean, id: string, message: string): asserts holds {
  if (!holds) throw new ModelDefect(id, message)
}
