import { useSignal } from '@preact/signals'
import type { TargetedDragEvent } from 'preact'
import type { Session } from '../model/session.ts'
import { byteLength } from '../pure/format.ts'
import { BinaryComposer } from './binary-composer.tsx'
import { TextComposer } from './text-composer.tsx'

interface ComposerProps {
  readonly session: Session
}

/** Where messages are written. A file may be dropped anywhere on it. */
export function Composer({ session }: ComposerProps) {
  const file = useSignal<File>()
  const dragging = useSignal(false)
  const { buffered } = session.connection

  function onDragOver(event: TargetedDragEvent<HTMLElement>): void {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    dragging.value = true
  }

  function onDrop(event: TargetedDragEvent<HTMLElement>): void {
    dragging.value = false
    const dropped = event.dataTransfer?.files[0]
    if (!dropped) return
    event.preventDefault()
    file.value = dropped
  }

  return (
    <section
      class={dragging.value ? 'composer dragging' : 'composer'}
      aria-label="Send a message"
      onDragOver={onDragOver}
      onDragLeave={() => (dragging.value = false)}
      onDrop={onDrop}
    >
      <TextComposer session={session} />
      <BinaryComposer session={session} file={file} />
      <p class="composer-note" role="status">
        {buffered.value > 0 ? `${byteLength(buffered.value)} waiting to be sent` : ''}
      </p>
    </section>
  )
}
