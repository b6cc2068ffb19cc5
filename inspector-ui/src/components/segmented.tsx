export interface Segment<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly testId?: string
}

interface SegmentedProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly segments: ReadonlyArray<Segment<Value>>
  readonly onChange: (value: Value) => void
  readonly testId?: string
  readonly locked?: boolean
}

/** A few choices side by side, of which one holds. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, value, segments, onChange, testId, locked = false } = props
  return (
    <div class="segmented" role="group" aria-label={label} data-testid={testId}>
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          aria-pressed={segment.value === value}
          aria-disabled={locked && segment.value !== value}
          data-testid={segment.testId}
          onClick={() => {
            if (!locked) onChange(segment.value)
          }}
        >
          {segment.label}
        </button>
      ))}
    </div>
  )
}
