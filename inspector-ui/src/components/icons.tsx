import type { ComponentChildren } from 'preact'

interface IconProps {
  readonly children: ComponentChildren
}

/** Every icon stands beside words or in a labelled button, so none of them speaks for itself. */
function Icon({ children }: IconProps) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  )
}

function pathIcon(path: string) {
  return () => (
    <Icon>
      <path d={path} />
    </Icon>
  )
}

export const ArrowUpIcon = pathIcon('M8 13V3.5M3.75 7.5 8 3.25l4.25 4.25')
export const ArrowDownIcon = pathIcon('M8 3v9.5M3.75 8.5 8 12.75l4.25-4.25')
export const MoonIcon = pathIcon('M13.25 9.6A5.6 5.6 0 0 1 6.4 2.75a5.6 5.6 0 1 0 6.85 6.85Z')
export const CopyIcon = pathIcon(
  'M5.75 5.75v-2a1 1 0 0 1 1-1h5.5a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-2m-6.5-4.5h5.5a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-5.5a1 1 0 0 1-1-1v-5.5a1 1 0 0 1 1-1Z',
)
export const CheckIcon = pathIcon('m3.25 8.5 3.25 3.25 6.25-7')
export const CloseIcon = pathIcon('m4 4 8 8m0-8-8 8')
export const SearchIcon = pathIcon(
  'M7 11.25a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5Zm3.1-1.15 3.15 3.15',
)
export const PlugIcon = pathIcon('M5.5 2.5v3m5-3v3M4 5.5h8v2a4 4 0 0 1-8 0v-2Zm4 6v2.25')
export const ListIcon = pathIcon('M2.75 4h10.5M2.75 8h10.5M2.75 12h6.5')
export const InspectIcon = pathIcon('M2.75 3.25h10.5v9.5H2.75zM9.5 3.5v9')
export const FileIcon = pathIcon(
  'M9 2.5H4.75a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h6.5a1 1 0 0 0 1-1V5.75L9 2.5Zm0 0v3.25h3.25',
)

export const PauseIcon = pathIcon('M5.5 3.5v9m5-9v9')
export const ClearIcon = pathIcon(
  'M12.1 3.9 3.9 12.1M8 13.75a5.75 5.75 0 1 0 0-11.5 5.75 5.75 0 0 0 0 11.5Z',
)
export const DownloadIcon = pathIcon('M8 2.5v7.25M4.75 7 8 10.25 11.25 7M3 13.25h10')
export const FolderIcon = pathIcon(
  'M2.5 12.25v-8a1 1 0 0 1 1-1h2.75l1.5 1.75h4.75a1 1 0 0 1 1 1v6.25a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1Z',
)

export function RecordIcon() {
  return (
    <svg class="icon record" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="5" fill="currentColor" />
    </svg>
  )
}

export function SunIcon() {
  return (
    <Icon>
      <circle cx="8" cy="8" r="2.75" />
      <path d="M8 1.75v1m0 10.5v1m6.25-6.25h-1m-10.5 0h-1m10.67-4.42-.7.7m-7.44 7.44-.7.7m8.84 0-.7-.7M4.28 4.28l-.7-.7" />
    </Icon>
  )
}

export function DotIcon() {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="2.5" fill="currentColor" />
    </svg>
  )
}

export function TidewireMark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <g class="mark-wave" fill="none" stroke-width="2.75" stroke-linecap="round">
        <path d="M6 12.5c3.4-4 6.6-4 10 0s6.6 4 10 0" />
        <path d="M6 20.5c3.4-4 6.6-4 10 0s6.6 4 10 0" opacity=".6" />
      </g>
    </svg>
  )
}
