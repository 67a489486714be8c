/** CHERI capabilities for Isolde. */
export {}
