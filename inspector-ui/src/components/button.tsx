import type { ComponentChildren } from 'preact'

interface ButtonProps {
  readonly children: ComponentChildren
  readonly testId?: string
  readonly look?: 'primary' | 'plain' | 'quiet'
  readonly type?: 'button' | 'submit'
  readonly disabled?: boolean
  /** For a button that shows only an icon. */
  readonly label?: string
  readonly title?: string
  /** The key that presses it from anywhere on the page; see use-shortcuts.ts. */
  readonly shortcut?: string
  readonly onClick?: () => void
}

/**
 * A button that stays in the tab order when it cannot be used: `disabled` would take the focus away from
 * a keyboard user at the very moment they press Connect.
 */
export function Button(props: ButtonProps) {
  const { children, testId, look = 'plain', type = 'button', disabled = false } = props
  return (
    <button
      type={type}
      class={`button ${look}`}
      data-testid={testId}
      aria-disabled={disabled}
      aria-label={props.label}
      aria-keyshortcuts={props.shortcut}
      title={props.title ?? props.label}
      onClick={(event) => {
        if (disabled) event.preventDefault()
        else props.onClick?.()
      }}
    >
      {children}
    </button>
  )
}
