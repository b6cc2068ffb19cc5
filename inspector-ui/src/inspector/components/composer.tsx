import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import type { TargetedKeyboardEvent } from 'preact'
import { Button } from '../../components/button.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { bytesBase64 } from '../../pure/base64-bytes.ts'
import { parseHex } from '../../pure/hex.ts'
import type { Draft } from '../model/draft.ts'
import type { Inspector } from '../model/inspector.ts'
import { sidesOf } from './connection-words.ts'

interface ComposerProps {
  readonly inspector: Inspector
  /** What is to be edited: a message that was seen before. */
  readonly draft: Signal<Draft | undefined>
}

const opcodes = ['text', 'binary', 'ping', 'pong'] as const

/** Writes into the connection that is looked at, where the inspector can. */
export function Composer({ inspector, draft }: ComposerProps) {
  const { hello, present, ask } = inspector
  const sides = sidesOf(hello.value?.kind)
  const to = useSignal(sides[0] ?? 'client')
  const opcode = useSignal<Draft['opcode']>('text')
  const text = useSignal('')
  const failure = useSignal<string>()
  const connection = present.value

  useSignalEffect(() => {
    if (!draft.value) return
    to.value = draft.value.to
    opcode.value = draft.value.opcode
    text.value = draft.value.text
    inspector.view.value = 'messages'
    requestAnimationFrame(() => document.getElementById('compose-input')?.focus())
  })

  if (!hello.value?.commands.includes('send') || inspector.file.value !== undefined) return null
  const hex = opcode.value === 'text' ? undefined : parseHex(text.value)
  const empty = text.value.trim() === ''
  // A control frame may be empty; a message may too, but that would mostly be a slip.
  const wrong = hex && !hex.ok && !empty ? hex.message : undefined
  const open = connection !== undefined && !connection.closed
  const ready = open && wrong === undefined && (!empty || opcode.value !== 'binary')

  async function send(): Promise<void> {
    if (!ready || !connection) return
    const data = hex ? bytesBase64(hex.ok ? hex.bytes : new Uint8Array(0)) : text.value
    try {
      await ask({
        ask: 'send',
        connection: connection.id,
        to: to.value,
        opcode: opcode.value,
        data,
      })
      text.value = ''
      failure.value = undefined
    } catch (error) {
      failure.value = (error as Error).message
    }
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
    // While an input method composes a character, Enter accepts it.
    if (event.isComposing || event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    void send()
  }

  return (
    <form
      class="composer"
      aria-label="Send a message"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div class="compose-choices">
        <span class="hint" data-testid="compose-target">
          {connection ? `To connection ${connection.id}` : 'Choose a connection to send to'}
        </span>
        {sides.length > 1 && (
          <Segmented
            label="To"
            value={to.value}
            onChange={(next) => (to.value = next)}
            segments={sides.map((side) => ({
              value: side,
              label: `to ${side}`,
              testId: `send-to-${side}`,
            }))}
          />
        )}
        <select
          aria-label="Kind of message"
          data-testid="compose-opcode"
          value={opcode.value}
          onChange={(event) => (opcode.value = event.currentTarget.value as Draft['opcode'])}
        >
          {opcodes.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <div class="compose-row">
        <label class="field">
          <span class="visually-hidden">Message</span>
          <textarea
            id="compose-input"
            data-testid="compose-input"
            class={opcode.value === 'text' ? '' : 'mono'}
            aria-keyshortcuts="m"
            rows={1}
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
            onKeyDown={onKeyDown}
            aria-invalid={wrong !== undefined}
            aria-describedby="compose-note"
            placeholder={opcode.value === 'text' ? 'Text message' : 'Bytes in hex: de ad be ef'}
            enterkeyhint="send"
          />
        </label>
        <Button
          type="submit"
          testId="compose-send"
          look={ready ? 'primary' : 'plain'}
          disabled={!ready}
          title="Send (Enter)"
        >
          Send
        </Button>
      </div>
      <p id="compose-note" class="composer-note bad" role="status">
        {failure.value ?? wrong ?? (connection?.closed ? 'This connection is closed.' : '')}
      </p>
    </form>
  )
}
