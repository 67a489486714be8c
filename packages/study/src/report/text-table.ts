/**
 * A table in a terminal: aligned columns, two blanks between them, rules between groups.
 * Law: no line is wider than its widest cells need; nothing is cut.
 */

/** The width that tables are made for, in characters. */
export const TERMINAL_WIDTH = 120

export interface TextColumn {
  /** The lines of the heading, top first. */
  readonly heading: ReadonlyArray<string>
  readonly align: "left" | "right"
}

/** Groups of rows of cells; a cell for each column. */
export function textTable(
  columns: ReadonlyArray<TextColumn>,
  groups: ReadonlyArray<ReadonlyArray<ReadonlyArray<string>>>
): string {
  const used = columns.map((column) => column.heading.filter((line) => line !== ""))
  const headings = Math.max(...used.map((heading) => heading.length))
  const lines = used.map((heading) => [...Array.from({ length: headings - heading.length }, () => ""), ...heading])
  const header = Array.from({ length: headings }, (_, line) => lines.map((heading) => heading[line] ?? ""))
  const all = [...header, ...groups.flat()]
  const widths = columns.map((_, i) => Math.max(...all.map((cells) => (cells[i] ?? "").length)))
  const row = (cells: ReadonlyArray<string>): string =>
    columns
      .map(({ align }, i) =>
        align === "left" ? (cells[i] ?? "").padEnd(widths[i] ?? 0) : (cells[i] ?? "").padStart(widths[i] ?? 0)
      )
      .join("  ")
      .trimEnd()
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width, 0) + 2 * (columns.length - 1))
  const body = groups.filter((group) => group.length > 0).map((group) => group.map(row))
  return [...header.map(row), rule, ...body.flatMap((group, i) => (i === 0 ? group : [rule, ...group]))].join("\n")
}

/** Text in lines of at most `width` characters, the first indented by `first` blanks, the others by `others`. */
export function wrapped(text: string, width: number, first: number, others: number): string {
  const lines: Array<string> = []
  let line = " ".repeat(first)
  for (const word of text.split(" ")) {
    const longer = line.trim() === "" ? line + word : `${line} ${word}`
    if (longer.length <= width || line.trim() === "") line = longer
    else {
      lines.push(line)
      line = " ".repeat(others) + word
    }
  }
  return [...lines, line].join("\n")
}
