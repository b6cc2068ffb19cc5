import { useSignal } from '@preact/signals'
import { Button } from '../../components/button.tsx'
import { childrenOf, type TreeValue, valueWords } from '../../pure/value-tree.ts'

interface ValueTreeProps {
  readonly value: unknown
}

/** Plain data, each part of which can be folded. */
export function ValueTree({ value }: ValueTreeProps) {
  const children = childrenOf(value)
  if (!children) return <Scalar value={value} />
  return (
    <ul class="tree" data-testid="tree">
      <Children items={children} depth={0} />
    </ul>
  )
}

interface ChildrenProps {
  readonly items: readonly TreeValue[]
  readonly depth: number
}

/** Each is several elements, so a long list comes in parts. */
const shownAtFirst = 100

function Children({ items, depth }: ChildrenProps) {
  const shown = useSignal(shownAtFirst)
  return (
    <>
      {items.slice(0, shown.value).map(([name, value], index) => (
        <li key={index}>
          <Node name={name} value={value} depth={depth} />
        </li>
      ))}
      {items.length > shown.value && (
        <li>
          <Button onClick={() => (shown.value *= 4)}>
            Show more of {items.length - shown.value}
          </Button>
        </li>
      )}
    </>
  )
}

interface NodeProps {
  readonly name: string
  readonly value: unknown
  readonly depth: number
}

function Node({ name, value, depth }: NodeProps) {
  const children = childrenOf(value)
  // Few levels at first; what is folded is not made until it is opened.
  const open = useSignal(depth < 2 && (children?.length ?? 0) <= 50)
  if (!children || children.length === 0) {
    return (
      <>
        <span class="json-key">{name}</span>: <Scalar value={value} />
      </>
    )
  }
  return (
    <details open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>
        <span class="json-key">{name}</span> <span class="tree-words">{valueWords(value)}</span>
      </summary>
      {open.value && (
        <ul class="tree">
          <Children items={children} depth={depth + 1} />
        </ul>
      )}
    </details>
  )
}

function Scalar({ value }: ValueTreeProps) {
  const kinds: Readonly<Record<string, string>> = {
    string: 'json-string',
    number: 'json-number',
    bigint: 'json-number',
  }
  return <span class={kinds[typeof value] ?? 'json-literal'}>{valueWords(value)}</span>
}
