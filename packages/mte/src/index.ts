/** Memory tagging (Arm MTE) for Isolde. */
export {}
