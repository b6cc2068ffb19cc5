const longest = 80

/**
 * A field value from the network as a message shows it: in quotes, in printable ASCII, its first 80
 * characters; `missing` when there is none.
 */
export function quoted(text: string | undefined): string {
  if (text === undefined) return 'missing'
  const shown = text.length > longest ? `${text.slice(0, longest)}...` : text
  return JSON.stringify(shown).replace(/[^ -~]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
