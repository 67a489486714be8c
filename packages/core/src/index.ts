/** The kernel, the machine parts, the isolation interface, scenarios and traces of Isolde. */
export {}
