import { DownloadIcon } from '../../components/icons.tsx'
import { inspectorUrl } from '../model/feed-url.ts'
import type { Inspector } from '../model/inspector.ts'

interface ExportMenuProps {
  readonly inspector: Inspector
}

const formats = [
  ['har', 'HAR', 'for browser DevTools'],
  ['pcapng', 'pcapng', 'for Wireshark'],
  ['jsonl', 'JSON lines', 'for scripts'],
] as const

/** Saves all that is kept, or the connection that was chosen in the list. */
export function ExportMenu({ inspector }: ExportMenuProps) {
  const { filters, file, token } = inspector
  if (file.value !== undefined) return null
  const connection = filters.connection.value

  function href(format: string): string {
    const url = inspectorUrl(`recording.${format}`, token)
    if (connection !== undefined) url.searchParams.set('connection', String(connection))
    return url.href
  }

  return (
    <>
      <button
        type="button"
        class="button quiet menu-button"
        aria-label="Export"
        title="Export"
        data-testid="export"
        popovertarget="export-menu"
      >
        <DownloadIcon />
      </button>
      <div id="export-menu" class="menu" popover="auto" data-testid="export-menu">
        <p class="hint">
          {connection === undefined ? 'All connections as' : `Connection ${connection} as`}
        </p>
        {formats.map(([format, name, use]) => (
          <a
            key={format}
            href={href(format)}
            download={`recording.${format}`}
            data-testid={`export-${format}`}
          >
            {name} <span>{use}</span>
          </a>
        ))}
      </div>
    </>
  )
}
