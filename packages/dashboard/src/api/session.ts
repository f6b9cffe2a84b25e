import { type Me, PlatformError, whoAmI } from '@berth/contract'
import type { QueryClient } from '@tanstack/react-query'
import { callKey } from './use-call.ts'

/** `ended`: the server does not know who this is. `limited`: a password must be chosen before anything else. */
export type SessionState = 'open' | 'ended' | 'limited'

let state: SessionState = isSurelyAbsent() ? 'ended' : 'open'
const listeners = new Set<() => void>()

/** Other tabs of this browser, which share the cookie. */
const tabs = typeof document === 'undefined' ? undefined : new BroadcastChannel('berth-session')
if (tabs) tabs.onmessage = ({ data }) => set(data === 'signed-in' ? 'open' : 'ended')

export const session = {
  get: (): SessionState => state,

  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },

  /** Someone signed in, here. */
  begin(queries: QueryClient, me: Me) {
    queries.setQueryData(callKey(whoAmI, {}), me)
    set(me.mustChangePassword ? 'limited' : 'open')
    tabs?.postMessage('signed-in')
  },

  /** They signed out, here. */
  end() {
    set('ended')
    tabs?.postMessage('signed-out')
  },
}

/** Every error of the API comes by here, so that the end of a session is seen wherever it shows first. */
export function noticeError(error: unknown) {
  if (!(error instanceof PlatformError)) return
  if (error.code === 'unauthenticated') set('ended')
  if (error.code === 'password_change_required') set('limited')
}

function set(next: SessionState) {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

/** The server says so in the page, so that nobody who is not signed in begins with a refused request. */
function isSurelyAbsent(): boolean {
  if (typeof document === 'undefined') return false
  return document.querySelector('meta[name="session"]')?.getAttribute('content') === 'absent'
}
