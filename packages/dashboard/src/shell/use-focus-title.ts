import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

const waitMs = 50
/** A page that takes longer to be there is not waited for: by then somebody reads something else. */
const longestWaitMs = 3_000

/** After a change of page, what is read out next is the title of the new one, not what stood where the link was. */
export function useFocusTitle(): void {
  const router = useRouter()
  useEffect(() => {
    let left: Element | null = null
    const stops = [
      router.subscribe('onBeforeNavigate', () => {
        left = findTitle()
      }),
      router.subscribe('onResolved', ({ fromLocation, toLocation }) => {
        if (!fromLocation || pageOf(fromLocation.pathname) === pageOf(toLocation.pathname)) return
        setTimeout(focusTitle, waitMs, left, longestWaitMs)
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [router])
}

/** Tabs of one page are one page. */
const pageOf = (pathname: string) =>
  pathname
    .split('/')
    .slice(0, pathname.startsWith('/apps/') ? 3 : 2)
    .join('/')

const findTitle = () => document.querySelector<HTMLElement>('[data-page-title]')

/** The router may be done before the new page is drawn; the title that is left would take the focus away with it. */
function focusTitle(left: Element | null, restMs: number) {
  const title = findTitle()
  if ((!title || title === left) && restMs > 0) return void setTimeout(focusTitle, waitMs, left, restMs - waitMs)
  const { activeElement } = document
  const isTaken = activeElement instanceof HTMLElement && activeElement.closest('#main, [role="dialog"]') !== null
  if (isTaken && activeElement.id !== 'main') return
  title?.focus({ preventScroll: true })
}
