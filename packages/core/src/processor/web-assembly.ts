/** The part of WebAssembly's interface that is used. Law: TypeScript has it with a browser's types alone, so it is told here. */

export interface Memory {
  readonly buffer: ArrayBuffer
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
