import type { HeaderField } from '../../pure/frame-header.ts'

interface FrameHeaderViewProps {
  readonly fields: readonly HeaderField[]
}

/** Bits in a row: two bytes, which also a narrow screen has room for. */
const perRow = 16

interface Cell {
  readonly name: string
  readonly bits: string
  /** Whether it begins its field; a field may go on in the next row. */
  readonly begins: boolean
  readonly field: number
}

/** The header as the drawing in RFC 6455 §5.2 has it, with what each field says below. */
export function FrameHeaderView({ fields }: FrameHeaderViewProps) {
  return (
    <>
      <div class="bits" aria-hidden="true" data-testid="bits">
        {Array.from({ length: perRow }, (_, bit) => (
          <span key={bit} class="bit-number">
            {bit % 8}
          </span>
        ))}
        {cellsOf(fields).map(({ name, bits, begins, field }, index) => (
          <span
            key={index}
            class={`bit-cell field-${field % 6}`}
            style={{ gridColumn: `span ${bits.length}` }}
            title={name}
          >
            <b>{bits}</b>
            {bits.length === 1 ? <i>{name}</i> : <span>{begins ? name : ''}</span>}
          </span>
        ))}
      </div>
      <dl class="bit-fields" data-testid="header-fields">
        {fields.map(({ name, bits, meaning }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span class="visually-hidden">{bits}: </span>
              {meaning}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function cellsOf(fields: readonly HeaderField[]): Cell[] {
  const cells: Cell[] = []
  let at = 0
  for (const [field, { name, bits }] of fields.entries()) {
    for (let from = 0; from < bits.length;) {
      const length = Math.min(bits.length - from, perRow - (at % perRow))
      cells.push({ name, bits: bits.slice(from, from + length), begins: from === 0, field })
      from += length
      at += length
    }
  }
  return cells
}
