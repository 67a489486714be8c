import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Comparison } from "@isolde/study/comparison"
import { comparisonFigures } from "@isolde/study/plot/comparison-figures"
import { escaped, scriptData, scriptText } from "@isolde/study/report/html"
import { reportPage } from "@isolde/study/report/report-page"
import { resultColumns } from "@isolde/study/report/result-columns"
import { ReportFailed, tryReport, writeReport } from "@isolde/study/report/write-report"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { sampleComparison, sampleContext } from "./sample-comparison.ts"

const scratch = mkdtempSync(join(tmpdir(), "isolde-report-"))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const figures = comparisonFigures(sampleComparison)
const input = { title: "libcrypto of nginx", comparison: sampleComparison, figures, context: sampleContext }
const page = reportPage(input)
/** The page without what is inside script elements. */
const markupOf = (html: string): string => html.replace(/<script>[\s\S]*?<\/script>/g, "")
/** The figures as the page's script reads them. */
const embeddedIn = (html: string): unknown => JSON.parse(/^const figures = (.*)$/m.exec(html)?.[1] ?? "null")

describe("a report page", () => {
  test("loads nothing: no address in its markup, and a policy that forbids every load", () => {
    expect(markupOf(page)).not.toMatch(/\b(?:src|href)=|url\(|@import|https?:/)
    expect(page).toContain(
      `content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"`
    )
    expect(page.match(/<script\b/g)?.length).toBe(2)
    expect(page.match(/<\/script/g)?.length).toBe(2)
  })

  test("has Plotly and every figure inside", () => {
    expect(page).toContain("plotly.js (basic - minified) v4.1.1")
    expect(embeddedIn(page)).toEqual(figures.map(({ id, traces, layout }) => ({ id, traces, layout })))
    for (const { id, title, caption } of figures) {
      expect(markupOf(page)).toContain(`id="${id}"`)
      expect(markupOf(page)).toContain(`<h2>${escaped(title)}</h2>`)
      expect(markupOf(page)).toContain(escaped(caption))
    }
  })

  test("has a row for every run, the refusals with reasons, the facts, and what every column means", () => {
    const markup = markupOf(page)
    const results = markup.slice(markup.indexOf("<h2>Results"), markup.indexOf("<h2>Refused"))
    expect(results.match(/<td class="left">(tiger-lake|cortex-x3|morello)<\/td>/g)?.length).toBe(
      sampleComparison.runs.length
    )
    for (const { reason } of sampleComparison.refused) expect(markup).toContain(escaped(reason))
    for (const { name, text } of sampleContext.facts)
      expect(markup).toContain(`<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`)
    for (const { meaning } of resultColumns) expect(markup).toContain(escaped(meaning))
    for (const { traceDir } of sampleComparison.runs) expect(markup).toContain(`<dd>${traceDir}</dd>`)
  })

  test("names the best real run, and a hypothetical one only if there is no other", () => {
    expect(page).toContain("<dt>Least overhead on 1 core</dt><dd>+4.31 %<small>mpk · share</small></dd>")
    const cheri: Comparison = { runs: sampleComparison.runs.filter((run) => run.machine === "morello"), refused: [] }
    expect(reportPage({ ...input, comparison: cheri })).toContain("+1.92 %<small>cheri · share (hypothetical)</small>")
  })

  test("every element that is opened is closed", () => {
    const open: Array<string> = []
    for (const [, slash, name = ""] of markupOf(page).matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (["meta", "br"].includes(name)) continue
      if (slash === "") open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
  })

  test("equal input gives an equal page", () => {
    expect(reportPage(input)).toBe(page)
  })

  test("what names and reasons say stays text", () => {
    const hostile = `</script><script>alert(1)</script><img src=x onerror="alert(2)">&'`
    const [run] = sampleComparison.runs.slice(1)
    const comparison: Comparison = {
      runs: [{ ...run!, mechanism: hostile, exchange: hostile, machine: hostile, traceDir: hostile }],
      refused: [{ mechanism: hostile, exchange: hostile, reason: hostile }]
    }
    const context = { summary: hostile, facts: [{ name: hostile, text: hostile }] }
    const html = reportPage({ title: hostile, comparison, figures: comparisonFigures(comparison), context })
    expect(html.match(/<script\b/g)?.length).toBe(2)
    expect(html.match(/<\/script/g)?.length).toBe(2)
    expect(markupOf(html)).not.toContain("<img")
    expect(JSON.stringify(embeddedIn(html))).toContain("</script>")
  })
})

describe("data and programs in a page", () => {
  test("data reads back as it was, and has nothing that could end a script", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("</script>", "<!--", "<script", "\u2028", ""), (json, piece) => {
        const data = [JSON.parse(json), piece]
        const text = scriptData(data)
        expect(text).not.toMatch(/[<\u2028\u2029]/)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(data)))
      })
    )
  })

  test("a program's strings keep their meaning, and can't end the script", () => {
    const program = `"</script>" + "<!--" + "<SCRIPT>" + "<b>"`
    expect(scriptText(program)).not.toMatch(/<\/script|<!--|<script/i)
    expect(new Function(`return ${scriptText(program)}`)()).toBe("</script><!--<SCRIPT><b>")
  })
})

describe("writing a report", () => {
  test("makes the folders, replaces what was there, and leaves nothing else", () => {
    const path = join(scratch, "a/b/report.html")
    writeReport(path, "one")
    writeReport(path, "two")
    expect(readFileSync(path, "utf8")).toBe("two")
    expect(readdirSync(join(scratch, "a/b"))).toEqual(["report.html"])
  })

  test("what can't be written fails with path and reason, and leaves no part", () => {
    const path = join(scratch, "taken")
    mkdirSync(join(path, "inside"), { recursive: true })
    expect(() => writeReport(path, "page")).toThrow(ReportFailed)
    expect(() => writeReport(path, "page")).toThrow(/taken: EISDIR.*Choose a place for the report/)
    expect(existsSync(`${path}.part`)).toBe(false)
    writeFileSync(join(scratch, "file"), "")
    expect(() => writeReport(join(scratch, "file/report.html"), "page")).toThrow(ReportFailed)
  })

  test("whether it could be written is known beforehand, and asking changes nothing", () => {
    const path = join(scratch, "later.html")
    tryReport(path)
    expect(existsSync(path)).toBe(false)
    writeReport(path, "one")
    tryReport(path)
    expect(readFileSync(path, "utf8")).toBe("one")
    expect(existsSync(`${path}.part`)).toBe(false)
    mkdirSync(join(scratch, "folder"))
    expect(() => tryReport(join(scratch, "folder"))).toThrow(/folder: it is a folder.*Choose a place/)
    expect(() => tryReport(join(path, "inside.html"))).toThrow(ReportFailed)
  })
})
