import { useSignal } from '@preact/signals'
import type { TargetedKeyboardEvent } from 'preact'
import { useRef } from 'preact/hooks'
import type { Session } from '../model/session.ts'
import { Button } from './button.tsx'

interface TextComposerProps {
  readonly session: Session
}

export function TextComposer({ session }: TextComposerProps) {
  const text = useSignal('')
  const last = useRef('')
  const open = session.isOpen.value

  function send(): void {
    if (!session.connection.send(text.value)) return
    if (text.value !== '') last.current = text.value
    text.value = ''
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
    // While an input method composes a character, Enter accepts it.
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      // An empty message is sent with the button only; as a key press it would be a slip.
      if (text.value !== '') send()
    } else if (event.key === 'ArrowUp' && text.value === '' && last.current !== '') {
      event.preventDefault()
      text.value = last.current
    }
  }

  return (
    <div class="compose-row">
      <label class="field">
        <span class="visually-hidden">Text message</span>
        <textarea
          id="text-input"
          data-testid="text-input"
          aria-keyshortcuts="m"
          rows={1}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          onKeyDown={onKeyDown}
          placeholder={open ? 'Text message' : 'Connect to send text'}
          enterkeyhint="send"
        />
      </label>
      <Button
        testId="send-text"
        look={open ? 'primary' : 'plain'}
        disabled={!open}
        title="Send (Enter)"
        onClick={send}
      >
        Send text
      </Button>
    </div>
  )
}
