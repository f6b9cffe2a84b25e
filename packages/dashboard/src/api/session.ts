import { PlatformError } from '@berth/contract'

/** `ended`: the server no longer knows who this is. `limited`: a password must be chosen before anything else. */
export type SessionState = 'open' | 'ended' | 'limited'

let state: SessionState = 'open'
const listeners = new Set<() => void>()

export const session = {
  get: (): SessionState => state,
  set(next: SessionState) {
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  },
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
}

/** Every error of the API comes by here, so that the end of a session is seen wherever it shows first. */
export function noticeError(error: unknown) {
  if (!(error instanceof PlatformError)) return
  if (error.code === 'unauthenticated') session.set('ended')
  if (error.code === 'password_change_required') session.set('limited')
}
