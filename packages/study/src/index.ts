/** Comparisons, sweeps, validation, reports and plots for Isolde. */
export {}
