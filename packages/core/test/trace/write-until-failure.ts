/** A program that writes batches into the folder it is given until that fails, and prints the failure as JSON. */
import { arrowFolder } from "@isolde/core/trace/arrow/arrow-folder"
import { TraceFailed } from "@isolde/core/trace/arrow/trace-failed"
import { allTypes, names, writeRows } from "./trace-of-rows.ts"

const folder = arrowFolder(process.argv[2] ?? "", names, [allTypes])
try {
  for (let batch = 0; batch < 100; batch++) writeRows(folder, batch * 1000, 1000)
  folder.close({})
} catch (failure) {
  if (!(failure instanceof TraceFailed)) throw failure
  folder.abandon()
  const { _tag: tag, path, reason, remedy } = failure
  process.stdout.write(JSON.stringify({ tag, path, reason, remedy }))
}
