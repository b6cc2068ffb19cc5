import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { Session } from '../model/session.ts'
import { byteLength, count } from '../pure/format.ts'
import { parseHex } from '../pure/hex.ts'
import { Button } from './button.tsx'
import { CloseIcon, FileIcon } from './icons.tsx'

interface BinaryComposerProps {
  readonly session: Session
  /** A file that was chosen or dropped, which takes the place of the hex. */
  readonly file: Signal<File | undefined>
}

export function BinaryComposer({ session, file }: BinaryComposerProps) {
  const hex = useSignal('')
  const failure = useSignal<string>()
  const chooser = useRef<HTMLInputElement>(null)
  const parsed = parseHex(hex.value)
  const wrong = !parsed.ok && hex.value.trim() !== '' && !file.value ? parsed.message : undefined
  const open = session.isOpen.value
  const ready = open && (file.value !== undefined || parsed.ok)

  async function send(): Promise<void> {
    if (!ready) return
    const chosen = file.value
    if (!chosen) {
      if (parsed.ok && session.connection.send(parsed.bytes)) hex.value = ''
      return
    }
    try {
      const bytes = new Uint8Array(await chosen.arrayBuffer())
      if (session.connection.send(bytes)) file.value = undefined
      failure.value = undefined
    } catch {
      // It was moved or changed since it was chosen.
      failure.value = `${chosen.name} cannot be read.`
    }
  }

  const note = failure.value ?? wrong
  return (
    <form
      class="compose-row"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div class="binary-field">
        {file.value ? (
          <ChosenFile file={file.value} onRemove={() => (file.value = undefined)} />
        ) : (
          <label class="field">
            <span class="visually-hidden">Binary message in hex</span>
            <input
              data-testid="binary-input"
              class="mono"
              aria-keyshortcuts="b"
              value={hex.value}
              onInput={(event) => (hex.value = event.currentTarget.value)}
              aria-invalid={wrong !== undefined}
              aria-describedby="binary-note"
              placeholder="de ad be ef"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
            />
          </label>
        )}
        {!file.value && parsed.ok && (
          <span class="binary-count">{count(parsed.bytes.length, 'byte')}</span>
        )}
        <input
          ref={chooser}
          type="file"
          hidden
          data-testid="file-input"
          aria-label="File to send"
          onChange={(event) => {
            file.value = event.currentTarget.files?.[0]
            // So that choosing the same file again is a change.
            event.currentTarget.value = ''
          }}
        />
        <Button
          look="quiet"
          label="Choose a file, or drop one here"
          onClick={() => chooser.current?.click()}
        >
          <FileIcon />
        </Button>
      </div>
      <Button type="submit" testId="send-binary" disabled={!ready}>
        Send binary
      </Button>
      <p id="binary-note" class="hint bad" hidden={note === undefined}>
        {note}
      </p>
    </form>
  )
}

function ChosenFile({ file, onRemove }: { readonly file: File; readonly onRemove: () => void }) {
  return (
    <span class="chosen-file">
      <b>{file.name}</b> {byteLength(file.size)}
      <Button look="quiet" label="Remove the file" onClick={onRemove}>
        <CloseIcon />
      </Button>
    </span>
  )
}
