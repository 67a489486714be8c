/** Extended page table switching (VMFUNC) for Isolde. */
export {}
