/** The codes of the unit's own actions. Law: a code means one thing, whoever appends it. */
export const Act = {
  setTag: 0,
  override: 1,
  check: 2,
  unpublished: 3,
  setHandle: 4,
  loadHandle: 5,
  loadTag: 6,
  forge: 7,
  unpublishedStore: 8
} as const
