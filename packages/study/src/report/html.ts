/**
 * Text and data on their way into a page.
 * Law: nothing that a recording or a mechanism says can become markup or end a script.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** Text as the content of an element or the value of a quoted attribute. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character)

/** Data as an expression in a script element: JSON without a "<", which no script can then be ended by. */
export const scriptData = (data: unknown): string =>
  JSON.stringify(data).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** A program as the content of a script element: what would end it, or open a comment in it, is broken up. */
export const scriptText = (program: string): string => program.replace(/<(?=\/script|!--|script)/gi, "\\x3c")
