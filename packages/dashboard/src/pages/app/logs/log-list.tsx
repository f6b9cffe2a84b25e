import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import classes from './log.module.css'
import type { ShownLine } from './log-ring.ts'
import { LogRow } from './log-row.tsx'
import type { Log } from './use-log.ts'
import { WholeLine } from './whole-line.tsx'

export type LogLooks = { isWrapped: boolean; hasTimes: boolean }

type Props = {
  log: Log
  query: string
  current: number | undefined
  looks: LogLooks
  colourOf(instanceId: string): number
  isPaused: boolean
}

const rowHeightPx = 20
/** Closer to the end than this is at the end. */
const endPx = 24

/** Only the lines near the screen are in the page, however many there are. */
export function LogList({ log: { ring, view }, query, current, looks, colourOf, isPaused }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const { rows } = view
  const count = rows.length()
  const [whole, setWhole] = useState<ShownLine>()
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeightPx,
    getItemKey: useCallback((index: number) => rows.at(index) ?? index, [rows]),
    overscan: 12,
  })
  const { isFollowing, missed, follow, onScroll, onWheel } = useFollow({
    place,
    virtualizer,
    log: { ring, view },
    isPaused,
  })

  // Other widths make other heights.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew because the looks changed.
  useLayoutEffect(() => virtualizer.measure(), [looks.isWrapped, looks.hasTimes])

  useEffect(() => {
    if (current === undefined) return
    const index = rows.placeOf(current)
    if (rows.at(index) === current) virtualizer.scrollToIndex(index, { align: 'center' })
  }, [current, rows, virtualizer])

  return (
    <div className={classes.frame}>
      <div
        ref={place}
        className={classes.scroller}
        role="log"
        aria-live="off"
        aria-label="Log lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse must be able to scroll it.
        tabIndex={0}
        onScroll={onScroll}
        onWheel={onWheel}
      >
        <div
          className={classes.lines}
          style={{ height: virtualizer.getTotalSize() }}
          data-wrapped={looks.isWrapped || undefined}
        >
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const number = rows.at(index)
            const line = number === undefined ? undefined : ring.get(number)
            if (!line) return null
            return (
              <div
                key={`${key}`}
                ref={looks.isWrapped ? virtualizer.measureElement : undefined}
                data-index={index}
                className={classes.place}
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogRow
                  line={line}
                  query={query}
                  isCurrent={number === current}
                  hasTime={looks.hasTimes}
                  colour={line.instanceId ? colourOf(line.instanceId) : undefined}
                  onShowAll={setWhole}
                />
              </div>
            )
          })}
        </div>
      </div>
      {isFollowing || isPaused ? null : (
        <Button
          className={classes.jump}
          size="xs"
          radius="xl"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={follow}
        >
          {missed > 0 ? `${missed.toLocaleString('en')} new ${missed === 1 ? 'line' : 'lines'}` : 'To the newest line'}
        </Button>
      )}
      {whole ? <WholeLine line={whole} onClose={() => setWhole(undefined)} /> : null}
    </div>
  )
}

type Virtualizer = ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>
type Following = {
  place: React.RefObject<HTMLDivElement | null>
  virtualizer: Virtualizer
  log: Pick<Log, 'ring' | 'view'>
  isPaused: boolean
}

/** Stays at the end until somebody scrolls up, and then keeps what they read in its place while older lines go. */
function useFollow({ place, virtualizer, log: { ring, view }, isPaused }: Following) {
  const [isFollowing, setFollowing] = useState(true)
  const [leftAt, setLeftAt] = useState(0)
  const lastTop = useRef(0)
  const [read, setRead] = useState<{ number: number; offsetPx: number }>()
  const { rows } = view
  const count = rows.length()
  const first = ring.firstNumber()
  const sizePx = virtualizer.getTotalSize()

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the lines or their heights are other ones.
  useLayoutEffect(() => {
    if (isFollowing && !isPaused && place.current) place.current.scrollTop = place.current.scrollHeight
  }, [isFollowing, isPaused, count, first, sizePx])

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when older lines were dropped.
  useLayoutEffect(() => {
    if (isFollowing || !read || !place.current) return
    const offset = virtualizer.getOffsetForIndex(rows.placeOf(read.number), 'start')
    if (offset && rows.length() > 0) place.current.scrollTop = offset[0] + read.offsetPx
  }, [first])

  function leave() {
    if (isFollowing) setLeftAt(ring.endNumber())
    setFollowing(false)
  }

  function onScroll({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: React.UIEvent<HTMLDivElement>) {
    const isUp = scrollTop < lastTop.current
    lastTop.current = scrollTop
    const leftPx = scrollHeight - scrollTop - clientHeight
    // Lines that are dropped move it up as well, but then it is still at its end.
    if (isUp && leftPx > 1) leave()
    else if (!isUp && leftPx < endPx) setFollowing(true)
    const top = virtualizer.getVirtualItemForOffset(scrollTop)
    const number = top ? rows.at(top.index) : undefined
    setRead(top && number !== undefined ? { number, offsetPx: scrollTop - top.start } : undefined)
  }

  /** Scrolling may be slow to begin; what it is meant for is known at once. */
  function onWheel({ deltaY, currentTarget: { scrollHeight, clientHeight } }: React.WheelEvent<HTMLDivElement>) {
    if (deltaY < 0 && scrollHeight > clientHeight) leave()
  }

  return {
    isFollowing,
    missed: isFollowing ? 0 : rows.length() - rows.placeOf(leftAt),
    follow: () => setFollowing(true),
    onScroll,
    onWheel,
  }
}
