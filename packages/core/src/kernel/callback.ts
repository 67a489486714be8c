/**
 * A function literal that is assigned to a property goes through here. V8 takes `x.y = () => …` for the definition of a
 * method and allocates the function with its old objects, where it outlives the run by as much as full collections are
 * apart; through its scope it keeps the whole run alive until then, which each collection of young objects copies.
 * Law: it is the function itself.
 */
export const callback = <F extends (...of: never) => unknown>(f: F): F => f
