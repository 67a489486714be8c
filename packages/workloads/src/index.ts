/** Recorded programs, programs in code and published experiments for Isolde. */
export {}
