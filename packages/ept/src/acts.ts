/** Actions of the unit's own, by number. `grant`, `revoke`, `move`, `withdraw`, `supply` and `retire` run under the hypervisor's lock. */
export const Act = {
  switch: 0,
  stored: 1,
  grant: 2,
  revoke: 3,
  move: 4,
  keys: 5,
  stray: 6,
  give: 7,
  narrow: 8,
  withdraw: 9,
  supply: 10,
  rekey: 11,
  lost: 12,
  given: 13,
  vmfunc: 14,
  retire: 15
} as const
