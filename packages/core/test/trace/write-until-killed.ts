/** A program that writes two batches into the folder it is given and kills itself before it closes anything. */
import { arrowFolder } from "@isolde/core/trace/arrow/arrow-folder"
import { allTypes, names, writeRows } from "./trace-of-rows.ts"

const folder = arrowFolder(process.argv[2] ?? "", names, [allTypes, { ...allTypes, name: "another" }])
writeRows(folder, 0, 30)
writeRows(folder, 30, 20)
process.kill(process.pid, "SIGKILL")
