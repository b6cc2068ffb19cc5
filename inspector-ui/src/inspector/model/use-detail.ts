import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import type { Inspector } from './inspector.ts'

/** All that is stored of the selected row. */
export type Detail =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly frame: FrameRecord }
  | { readonly kind: 'failed'; readonly message: string }

export function useDetail({ selected, detail }: Inspector): Detail {
  const found = useSignal<Detail>({ kind: 'asking' })
  const number = selected.value?.number

  useEffect(() => {
    let current = true
    found.value = { kind: 'asking' }
    if (number === undefined) return undefined
    detail(number).then(
      (frame) => {
        if (current) found.value = { kind: 'known', frame }
      },
      (error: unknown) => {
        if (current) found.value = { kind: 'failed', message: (error as Error).message }
      },
    )
    return () => {
      current = false
    }
  }, [number])

  const { value } = found
  // Until the effect has run, what is there is of the row before.
  return value.kind === 'known' && value.frame.number !== number ? { kind: 'asking' } : value
}
