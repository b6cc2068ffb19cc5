/** Text between tags, and in attributes with double quotes. */
export function escapeMarkup(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  }
  // XML 1.0 has no way to write most control characters (§2.2).
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '�').replace(/[&<>"]/g, (one) => named[one]!)
}
