/** Members of JSON that do not count: names and indexes, `*` for any one of them, `**` for any depth. */
export type JsonPath = readonly string[]

/** Reads a path such as `meta.time`, `items[0].id`, `items[*].id` or `**.id`; a leading `$.` may be there. */
export function readJsonPath(text: string): JsonPath | undefined {
  const plain = text.replace(/^\$\.?/, '')
  if (!/^(?:[^.[\]]+|\[(?:\d+|\*)\])(?:\.[^.[\]]+|\[(?:\d+|\*)\])*$/.test(plain)) return undefined
  return [...plain.matchAll(/[^.[\]]+/g)].map(([name]) => name)
}

/** The value without what the paths name, and with its members in order: equal values are equal as text. */
export function canonical(value: unknown, ignored: readonly JsonPath[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  const deeper = (name: string): readonly JsonPath[] => ignored.flatMap((path) => below(path, name))
  const kept = (name: string): boolean => !deeper(name).some((path) => path.length === 0)
  if (Array.isArray(value)) {
    const entries = value.map((one: unknown, at) => [String(at), one] as const)
    return entries.filter(([at]) => kept(at)).map(([at, one]) => canonical(one, deeper(at)))
  }
  const members = Object.entries(value)
    .filter(([name]) => kept(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  // Not a list of pairs, which JSON may be as well.
  return { members: members.map(([name, one]) => [name, canonical(one, deeper(name))]) }
}

/** What is left of a path below a member. */
function below(path: JsonPath, name: string): JsonPath[] {
  const [first, ...rest] = path
  if (first === '**') return [path, ...below(rest, name)]
  return first === '*' || first === name ? [rest] : []
}

/** Where two values differ, each with what is there; none for what is equal. */
export function changes(
  one: unknown,
  other: unknown,
  ignored: readonly JsonPath[],
  path = '$',
): string[] {
  if (same(one, other, ignored)) return []
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) {
    return [`${path}: ${shown(one)} → ${shown(other)}`]
  }
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => {
    const deeper = ignored.flatMap((each) => below(each, name))
    if (deeper.some((each) => each.length === 0)) return []
    const at = Array.isArray(one) ? `${path}[${name}]` : `${path}.${name}`
    return changes(member(one, name), member(other, name), deeper, at)
  })
}

function same(one: unknown, other: unknown, ignored: readonly JsonPath[]): boolean {
  return JSON.stringify(canonical(one, ignored)) === JSON.stringify(canonical(other, ignored))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function member(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
