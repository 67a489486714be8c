/** The isolde command. */
export {}
