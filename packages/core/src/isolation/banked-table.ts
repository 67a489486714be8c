/** Tables that the checks of several units read. Law: each is asked as its unit's check is, with its own bank (CO1). */
import type { CheckTable } from "../processor/check-table.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { swap } from "./register-banks.ts"
import type { ProtectionUnit } from "./unit.ts"

/** The tables of `units`, if there are any; `second[i]`: unit i's registers are the second bank. */
export function bankedTables(
  units: ReadonlyArray<ProtectionUnit>,
  second: ReadonlyArray<boolean>,
  threads: ReadonlyArray<HardwareThread>
): ReadonlyArray<CheckTable> | undefined {
  const tables = units.flatMap((unit, at) =>
    (unit.tables ?? []).map((table) => (second[at] ? banked(table, threads) : table))
  )
  return tables.length === 0 ? undefined : tables
}

function banked(table: CheckTable, threads: ReadonlyArray<HardwareThread>): CheckTable {
  return {
    tablePage: (thread, page, offset, store) => {
      swap(threads[thread])
      const found = table.tablePage(thread, page, offset, store)
      swap(threads[thread])
      return found
    },
    get tableOffset() {
      return table.tableOffset
    }
  }
}
