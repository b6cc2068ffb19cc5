import { useSignal } from '@preact/signals'
import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import { Button } from '../../components/button.tsx'
import type { Row } from '../../pure/rows/row.ts'
import { canResend, type Draft, draftOf, resendOf, sideOf } from '../model/draft.ts'
import type { Inspector } from '../model/inspector.ts'
import { sidesOf } from './connection-words.ts'

interface ResendProps {
  readonly inspector: Inspector
  readonly row: Row
  readonly frame: FrameRecord | undefined
  readonly onEdit: (draft: Draft) => void
}

/** Sends a message that was seen once more, as it was or changed. */
export function Resend({ inspector, row, frame, onEdit }: ResendProps) {
  const { hello, connection, ask, file } = inspector
  const said = useSignal<string>()
  const owner = connection(row.connection)
  const allowed = hello.value?.commands.includes('send') === true && file.value === undefined
  if (!allowed || !owner || owner.closed || !frame || !canResend(row, frame)) return null
  const to = sideOf(row, owner)
  // An inspector of a server cannot write to its own program, only to the client.
  const reachable = sidesOf(hello.value?.kind).includes(to)

  async function resend(found: FrameRecord): Promise<void> {
    try {
      await ask(resendOf(row, found, to))
      said.value = `Sent to the ${to} again.`
    } catch (error) {
      said.value = (error as Error).message
    }
  }

  return (
    <div class="resend">
      {reachable && (
        <Button testId="resend" onClick={() => void resend(frame)}>
          Resend
        </Button>
      )}
      <Button testId="edit" onClick={() => onEdit(draftOf(row, frame, reachable ? to : 'client'))}>
        {reachable ? 'Edit and resend' : 'Edit and send back'}
      </Button>
      <span class="hint" role="status">
        {said.value}
      </span>
    </div>
  )
}
