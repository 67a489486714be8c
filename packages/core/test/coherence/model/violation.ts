/** What a run through the tables may not do, with the situations on the way to it. */
export class Violation extends Error {}
