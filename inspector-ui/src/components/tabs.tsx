import type { TargetedKeyboardEvent } from 'preact'

interface TabsProps<Tab extends string> {
  readonly label: string
  readonly tabs: ReadonlyArray<readonly [Tab, string]>
  readonly value: Tab
  readonly onChange: (tab: Tab) => void
}

/** Each tab `x` has the id `tab-x` and controls `panel-x`; the arrow keys go from one to the next. */
export function Tabs<Tab extends string>({ label, tabs, value, onChange }: TabsProps<Tab>) {
  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    const present = tabs.findIndex(([tab]) => tab === value)
    const next = tabs[(present + step + tabs.length) % tabs.length]?.[0]
    if (next === undefined) return
    onChange(next)
    document.getElementById(`tab-${next}`)?.focus()
  }

  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(([tab, words]) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          data-testid={`tab-${tab}`}
          aria-controls={`panel-${tab}`}
          aria-selected={value === tab}
          tabIndex={value === tab ? 0 : -1}
          onClick={() => onChange(tab)}
        >
          {words}
        </button>
      ))}
    </div>
  )
}
