interface SparklineProps {
  /** The newest last. */
  readonly samples: readonly number[]
  /** What it shows, in words. */
  readonly label: string
  /** How many samples fill its width. */
  readonly places: number
}

const width = 120
const height = 28

/** Numbers over time as a line, the newest at the right. */
export function Sparkline({ samples, label, places }: SparklineProps) {
  if (samples.length === 0) return <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} />
  const highest = Math.max(...samples)
  const step = (width - 6) / (places - 1)
  const points = samples.map((sample, index) => {
    const x = width - 3 - (samples.length - 1 - index) * step
    // From zero, so that a calm connection looks calm and not like noise drawn large.
    const y = height - 4 - (sample / Math.max(highest, 0.001)) * (height - 9)
    return { x, y }
  })
  const last = points.at(-1)
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {last && <circle cx={last.x} cy={last.y} r="2.25" />}
    </svg>
  )
}
