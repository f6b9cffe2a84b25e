import { useEffect, useRef } from 'react'
import { createKeySequence } from './key-sequence.ts'
import { places } from './places.ts'
import { shortcutSetting } from './shortcut-setting.ts'

type Doers = {
  openPalette(): void
  openSheet(): void
  go(to: string): void
}

/** Keys that work on every page. */
export function useShortcuts(doers: Doers): void {
  const latest = useRef(doers)
  useEffect(() => {
    latest.current = doers
  })
  useEffect(() => {
    const press = createKeySequence(Object.fromEntries(places.map(({ key, to }) => [key, to])))
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault()
        latest.current.openPalette()
        return
      }
      if (!shortcutSetting.isOn()) return
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey
      const action = press({ key: event.key, hasModifier, isElsewhere: isElsewhere(event.target), atMs: Date.now() })
      if (!action) return
      event.preventDefault()
      if (action === 'sheet') latest.current.openSheet()
      else if (action === 'new') latest.current.go('/apps/new')
      else if (action === 'filter') focusFilter() || latest.current.openPalette()
      else latest.current.go(action.goTo)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

const typing = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]'

const isElsewhere = (target: EventTarget | null) =>
  (target instanceof Element && target.closest(typing) !== null) ||
  document.querySelector('[role="dialog"][aria-modal="true"]') !== null

/** The filter of the page, where it has one. */
function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('#main :is(input[data-filter], input[type="search"])')
  filter?.focus()
  filter?.select()
  return filter !== null
}
