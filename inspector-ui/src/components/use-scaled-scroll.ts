import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { scrollScale } from '../pure/scroll-scale.ts'
import { useViewport } from './use-viewport.ts'

export interface ScaledScroll {
  /** Where the list is scrolled to, in pixels of a list of full height. */
  readonly top: number
  /** The same in the page, where a very long list is not as high as its rows. */
  readonly pageTop: number
  /** Pixels in view. */
  readonly height: number
  /** Pixels that the list takes in the page. */
  readonly pageHeight: number
  readonly scrollTo: (top: number) => void
}

/** The scroll position of a list of `full` pixels, which may be more than browsers lay out. */
export function useScaledScroll(
  scroller: RefObject<HTMLElement | null>,
  full: number,
): ScaledScroll {
  const { scrollTop, height } = useViewport(scroller)
  const scale = scrollScale(full, height)
  /** One pixel of the page is several of the list, so what was asked for is remembered. */
  const exact = useRef({ page: 0, list: 0 })
  const known = scrollTop > 0 && Math.abs(exact.current.page - scrollTop) < 1
  const top = known ? exact.current.list : scale.toList(scrollTop)
  const isScaled = scale.height < full

  function scrollTo(wanted: number): void {
    const list = Math.max(0, Math.min(full - height, wanted))
    exact.current = { page: scale.toPage(list), list }
    if (scroller.current) scroller.current.scrollTop = exact.current.page
  }

  const wheel = useRef({ top, scrollTo })
  wheel.current = { top, scrollTo }
  useEffect(() => {
    const element = scroller.current
    if (!element || !isScaled) return undefined
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey) return
      event.preventDefault()
      const { top: from, scrollTo: go } = wheel.current
      // Several may come before the list is drawn again.
      wheel.current = { top: from + event.deltaY * pixels(event), scrollTo: go }
      go(wheel.current.top)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [isScaled])

  return { top, pageTop: scrollTop, height, pageHeight: scale.height, scrollTo }
}

/** Of one unit of a wheel: a pixel, a line or a page. */
function pixels({ deltaMode }: WheelEvent): number {
  if (deltaMode === WheelEvent.DOM_DELTA_PIXEL) return 1
  return deltaMode === WheelEvent.DOM_DELTA_LINE ? 28 : 400
}
