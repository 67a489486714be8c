/** Memory protection keys (PKU) for Isolde. */
export {}
