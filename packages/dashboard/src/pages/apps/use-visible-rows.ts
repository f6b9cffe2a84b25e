import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'

type Rows = { count: number; rowHeightPx: number }

/** Which of many rows of one height are near the screen, and how much room the others take. */
export function useVisibleRows({ count, rowHeightPx }: Rows) {
  const ref = useRef<HTMLDivElement>(null)
  const scrollMargin = useOffsetTop(ref)
  const virtualizer = useWindowVirtualizer({ count, estimateSize: () => rowHeightPx, overscan: 8, scrollMargin })
  const items = virtualizer.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  return {
    ref,
    rows: items.map(({ index }) => index),
    beforePx: first ? first.start - scrollMargin : 0,
    afterPx: last ? virtualizer.getTotalSize() - (last.end - scrollMargin) : 0,
  }
}

/** How far from the top of the document something begins. */
export function useOffsetTop(ref: { current: HTMLElement | null }): number {
  const [offsetPx, setOffsetPx] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (element) setOffsetPx(Math.round(element.getBoundingClientRect().top + window.scrollY))
  }, [ref])
  return offsetPx
}
