/**
 * The two banks of registers that mechanisms pack as they like. Law: a unit reads and writes the first one; the second
 * mechanism that uses them finds its own there while it is asked, and nobody else sees that.
 */

/** What has two banks: a hardware thread, or a saved context, which has no access at hand. */
export interface Banks {
  authority: number
  secondAuthority: number
  handles: Int32Array
  secondHandles: Int32Array
  handle?: number
  secondHandle?: number
}

export function swap(banks: Banks): void {
  const { authority, handle, handles, secondHandle } = banks
  banks.authority = banks.secondAuthority
  banks.secondAuthority = authority
  banks.handles = banks.secondHandles
  banks.secondHandles = handles
  if (handle === undefined || secondHandle === undefined) return
  banks.handle = secondHandle
  banks.secondHandle = handle
}
