import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

export interface Viewport {
  readonly scrollTop: number
  readonly width: number
  readonly height: number
}

/** The scroll position and the inner size of a scrolling element, kept up as they change. */
export function useViewport(scroller: RefObject<HTMLElement | null>): Viewport {
  const scrollTop = useSignal(0)
  const size = useSignal({ width: 0, height: 0 })

  useEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    const onScroll = (): void => void (scrollTop.value = element.scrollTop)
    const observer = new ResizeObserver(() => {
      // In a view that is not shown it has no size; when the view comes back, it will have the old one.
      if (element.clientWidth === 0) return
      size.value = { width: element.clientWidth, height: element.clientHeight }
    })
    element.addEventListener('scroll', onScroll, { passive: true })
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', onScroll)
      observer.disconnect()
    }
  }, [scroller])

  return { scrollTop: scrollTop.value, ...size.value }
}
