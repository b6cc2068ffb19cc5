interface HeadSectionProps {
  readonly title: string
  /** The start line. */
  readonly line: string
  readonly headers: ReadonlyArray<{
    readonly name: string
    readonly value: string
    readonly meaning: string
  }>
}

/** Half of a handshake, each header with what it says. */
export function HeadSection({ title, line, headers }: HeadSectionProps) {
  return (
    <section class="head" aria-label={title}>
      <h2>{title}</h2>
      <p class="head-line">{line}</p>
      <dl>
        {headers.map(({ name, value, meaning }, index) => (
          // A name may come twice, so the place is part of what a header is.
          <div key={`${index} ${name}`} class="header">
            <dt>{name}</dt>
            <dd class="header-value">{value}</dd>
            <dd class="header-meaning">{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
