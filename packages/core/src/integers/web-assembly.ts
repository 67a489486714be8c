/** The part of WebAssembly's interface that is used. Law: TypeScript has it with a browser's types alone, so it is told here. */

export interface Memory {
  readonly buffer: ArrayBuffer
  /** By so many pages; the buffer is another one then. */
  grow(pages: number): number
}

export interface Module {
  readonly [Symbol.toStringTag]: string
}

interface Interface {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => Memory
  readonly Module: new (bytes: Uint8Array) => Module
  readonly Instance: new (module: Module, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

const found = (globalThis as unknown as { readonly WebAssembly: Interface }).WebAssembly
export const { Instance, Memory, Module } = found

/** Bytes of a page of memory. */
export const PAGE_BYTES = 65_536
