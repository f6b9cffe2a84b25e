import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

const waitMs = 50

/** After a change of page, what is read out next is the title of the new one, not what stood where the link was. */
export function useFocusTitle(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onResolved', ({ fromLocation, toLocation }) => {
        if (!fromLocation || pageOf(fromLocation.pathname) === pageOf(toLocation.pathname)) return
        setTimeout(focusTitle, waitMs)
      }),
    [router],
  )
}

/** Tabs of one page are one page. */
const pageOf = (pathname: string) =>
  pathname
    .split('/')
    .slice(0, pathname.startsWith('/apps/') ? 3 : 2)
    .join('/')

function focusTitle() {
  const { activeElement } = document
  const isTaken = activeElement instanceof HTMLElement && activeElement.closest('#main, [role="dialog"]') !== null
  if (isTaken && activeElement.id !== 'main') return
  document.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true })
}
