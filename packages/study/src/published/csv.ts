/** Comma-separated values as the published tables write them. Law: a field in quotes may hold commas and doubled quotes. */

/** Rows of fields; empty lines are none. */
export function parseCsv(text: string): ReadonlyArray<ReadonlyArray<string>> {
  const rows: Array<ReadonlyArray<string>> = []
  let row: Array<string> = []
  let field = ""
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string
    if (quoted) {
      if (char !== '"') field += char
      else if (text[i + 1] === '"') {
        field += '"'
        i++
      } else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ",") {
      row.push(field)
      field = ""
    } else if (char === "\n") {
      row.push(field)
      if (row.length > 1 || row[0] !== "") rows.push(row)
      row = []
      field = ""
    } else if (char !== "\r") field += char
  }
  if (field !== "" || row.length > 0) rows.push([...row, field])
  return rows
}
