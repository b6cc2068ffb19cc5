/** The comma-separated members of a list header, trimmed, without empty ones (RFC 9110 §5.6.1). */
export function listMembers(value: string): string[] {
  return value
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
}

/** `a`, `a and b`, `a, b and c`. */
export function spoken(members: readonly string[]): string {
  const last = members.at(-1) ?? ''
  return members.length < 2 ? last : `${members.slice(0, -1).join(', ')} and ${last}`
}
