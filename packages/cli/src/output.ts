/**
 * Where text goes: results to stdout, everything else to stderr.
 * Law: with --json stdout has one JSON document and nothing else.
 */

/** A result: text for people, or the document for machines. */
export function print(json: boolean, document: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(document, undefined, 2)}\n` : `${text()}\n`)
}

/** A remark beside the result. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`)
}
