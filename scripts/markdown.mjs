/** Tables in Markdown, and the places between markers where they belong. */
import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Puts each table between its markers, `<!-- figures:name -->` and `<!-- /figures -->`. Text outside of
 * them is left alone.
 */
export function fillIn(document, tables) {
  let text = readFileSync(document, 'utf8')
  for (const [name, rows] of Object.entries(tables)) {
    const section = new RegExp(`(<!-- figures:${name} -->\n)[^]*?(<!-- /figures -->)`)
    if (!section.test(text)) throw new Error(`${document} has no marker figures:${name}`)
    text = text.replace(section, (_, start, end) => `${start}\n${table(rows)}\n${end}`)
  }
  writeFileSync(document, text)
}

/** A Markdown table as oxfmt would lay it out. */
export function table(rows) {
  const cells = rows.map((row) => row.map(String))
  const widths = cells[0].map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`
  const [head, ...body] = cells
  return [head, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('')
}
