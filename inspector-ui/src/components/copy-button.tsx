import { useSignal } from '@preact/signals'
import { Button } from './button.tsx'
import { CheckIcon, CopyIcon } from './icons.tsx'

interface CopyButtonProps {
  /** Called when pressed: the text may be long, and most are never copied. */
  readonly text: () => string
  readonly testId?: string
}

export function CopyButton({ text, testId = 'copy' }: CopyButtonProps) {
  const copied = useSignal<boolean>()

  async function copy(): Promise<void> {
    copied.value = await copyText(text())
    setTimeout(() => (copied.value = undefined), 1500)
  }

  const words = copied.value === undefined ? 'Copy' : copied.value ? 'Copied' : 'Could not copy'
  return (
    <span class="copy">
      <Button look="quiet" testId={testId} label={words} onClick={() => void copy()}>
        {copied.value === true ? <CheckIcon /> : <CopyIcon />}
      </Button>
      <span class="visually-hidden" role="status">
        {copied.value === undefined ? '' : words}
      </span>
    </span>
  )
}

/** The clipboard API exists only in secure contexts, so not on http of another host. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  const focused = document.activeElement
  area.value = text
  area.className = 'visually-hidden'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
