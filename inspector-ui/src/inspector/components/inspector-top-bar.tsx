import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import {
  ClearIcon,
  FolderIcon,
  PauseIcon,
  RecordIcon,
  TidewireMark,
} from '../../components/icons.tsx'
import { PageButtons } from '../../components/page-buttons.tsx'
import type { Preferences } from '../../model/preferences.ts'
import type { Inspector } from '../model/inspector.ts'
import { ExportMenu } from './export-menu.tsx'

interface InspectorTopBarProps {
  readonly inspector: Inspector
  readonly preferences: Preferences
}

export function InspectorTopBar({ inspector, preferences }: InspectorTopBarProps) {
  const { file } = inspector
  return (
    <header class="top-bar">
      <h1 class="wordmark">
        <TidewireMark />
        <span>
          Tidewire <span class="wordmark-part">inspector</span>
        </span>
      </h1>
      <FeedBadge inspector={inspector} />
      <Target inspector={inspector} />
      <div class="top-bar-actions">
        {file.value === undefined && <RecordButton inspector={inspector} />}
        {file.value === undefined && (
          <Button
            look="quiet"
            testId="clear"
            shortcut="x"
            label="Clear (X)"
            onClick={inspector.clear}
          >
            <ClearIcon />
          </Button>
        )}
        <ExportMenu inspector={inspector} />
        <OpenButton inspector={inspector} />
        <span class="top-bar-divider" />
        <PageButtons preferences={preferences} />
      </div>
    </header>
  )
}

const badges = {
  connecting: ['CONNECTING', 'Connecting'],
  open: ['OPEN', 'Live'],
  lost: ['CLOSED', 'Not reachable'],
} as const

function FeedBadge({ inspector }: { readonly inspector: Inspector }) {
  const { feedState, file, status } = inspector
  const paused = status.value?.paused === true && feedState.value === 'open'
  const [state, words] =
    file.value === undefined ? badges[feedState.value] : (['CLOSED', 'File'] as const)
  return (
    <span
      class="state-badge"
      data-testid="state"
      data-state={paused ? 'PAUSED' : state}
      role="status"
    >
      {paused ? 'Paused' : words}
    </span>
  )
}

function Target({ inspector }: { readonly inspector: Inspector }) {
  const { file, hello, goLive } = inspector
  if (file.value !== undefined) {
    return (
      <span class="address">
        <strong>{file.value}</strong>{' '}
        <button type="button" class="link" data-testid="go-live" onClick={goLive}>
          Back to live
        </button>
      </span>
    )
  }
  const { target, proxy } = hello.value ?? {}
  return (
    <span class="address" title={proxy ?? target}>
      {proxy === undefined ? (
        <strong>{target}</strong>
      ) : (
        <>
          {proxy} → <strong>{target}</strong>
        </>
      )}
    </span>
  )
}

function RecordButton({ inspector }: { readonly inspector: Inspector }) {
  const { status, ask } = inspector
  const paused = status.value?.paused === true
  return (
    <Button
      look="quiet"
      testId="record"
      shortcut="r"
      label={paused ? 'Resume recording (R)' : 'Pause recording (R)'}
      onClick={() => void ask({ ask: 'record', on: paused })}
    >
      {paused ? <RecordIcon /> : <PauseIcon />}
    </Button>
  )
}

function OpenButton({ inspector }: { readonly inspector: Inspector }) {
  const chooser = useRef<HTMLInputElement>(null)
  const failure = useSignal<string>()

  async function open(file: File | undefined): Promise<void> {
    if (!file) return
    try {
      await inspector.open(file)
      failure.value = undefined
    } catch (error) {
      failure.value = (error as Error).message
    }
  }

  return (
    <>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".har,.jsonl,.ndjson,.json"
        data-testid="open-file"
        aria-label="Saved session to open"
        onChange={(event) => {
          void open(event.currentTarget.files?.[0])
          // So that choosing the same file again is a change.
          event.currentTarget.value = ''
        }}
      />
      <Button
        look="quiet"
        testId="open"
        shortcut="o"
        label="Open a HAR or JSON lines (O)"
        onClick={() => chooser.current?.click()}
      >
        <FolderIcon />
      </Button>
      {failure.value !== undefined && (
        <p class="toast bad" role="alert" data-testid="open-failure">
          {failure.value}
          <button type="button" class="link" onClick={() => (failure.value = undefined)}>
            Dismiss
          </button>
        </p>
      )}
    </>
  )
}
