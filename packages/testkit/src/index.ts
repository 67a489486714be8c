/** The mechanism contract, the litmus explorer and tiny machines for testing Isolde's packages. */
export {}
