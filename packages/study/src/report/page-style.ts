/** The style of a report page: one column, light or dark as the reader's system says, nothing loaded from elsewhere. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfb; --card: #ffffff; --ink: #1b1f24; --soft: #5b6470; --line: #e3e5e8; --band: #f4f5f6;
  --accent: #2f6fb5; --bar: #3b7dd82e; --grid: #e8eaed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1b1f25; --ink: #e6e9ed; --soft: #98a2ae; --line: #2c323a; --band: #20252c;
    --accent: #7fb2ea; --bar: #3b7dd84d; --grid: #2b313a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
main { max-width: 1180px; margin: 0 auto; padding: 48px 28px 80px; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 12px; }
h2 { font-size: 1.25rem; letter-spacing: -0.005em; margin: 56px 0 6px; }
h3 { font-size: 0.95rem; margin: 20px 0 8px; }
p { margin: 0 0 12px; }
.lead { color: var(--soft); max-width: 76ch; font-size: 1.05rem; }
.caption { color: var(--soft); max-width: 92ch; font-size: 0.925rem; margin-bottom: 14px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin: 28px 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px 16px; }
.tile dt { color: var(--soft); font-size: 0.85rem; }
.tile dd { margin: 2px 0 0; font-size: 1.5rem; font-weight: 600; letter-spacing: -0.01em; }
.tile dd small { display: block; color: var(--soft); font-size: 0.875rem; font-weight: 400; letter-spacing: 0; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: 6px 12px; text-align: left; white-space: nowrap; }
th { font-weight: 600; color: var(--soft); vertical-align: bottom; line-height: 1.3; }
thead th { border-bottom: 1px solid var(--line); }
tbody tr + tr td { border-top: 1px solid var(--line); }
tbody tr:hover td { background-color: var(--band); }
tbody th { background: var(--band); color: var(--ink); border-top: 1px solid var(--line); padding: 5px 12px; }
tbody:first-of-type th { border-top: 0; }
table.tight th, table.tight td { padding: 4px 8px; }
.right { text-align: right; }
.text { white-space: normal; }
tr.baseline td, td.baseline { color: var(--soft); }
tr.total td { font-weight: 600; border-top: 1px solid var(--soft) !important; }
td.share { background: linear-gradient(to right, var(--bar) var(--part), transparent var(--part)); }
.chip { display: inline-block; width: 0.72em; height: 0.72em; border-radius: 2px; margin-right: 0.45em; }
.figure { min-width: 760px; margin: 6px 10px; }
dl.facts, dl.terms { display: grid; grid-template-columns: max-content 1fr; gap: 7px 26px; margin: 10px 0 0; }
dl.facts dt, dl.terms dt { color: var(--soft); }
dl.facts dd, dl.terms dd { margin: 0; max-width: 90ch; overflow-wrap: anywhere; }
dl.facts dd, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
details { margin-top: 14px; } summary { cursor: pointer; color: var(--accent); }
footer { margin-top: 64px; padding-top: 14px; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.85rem; }
@media (max-width: 640px) {
  main { padding: 28px 16px 56px; }
  dl.facts, dl.terms { grid-template-columns: 1fr; gap: 0; } dl.facts dd, dl.terms dd { margin-bottom: 10px; }
}
@media print { .wide, .tile { break-inside: avoid; } details:not([open]) > * { display: block; } }
`.trim()
