import { PlatformError } from '@berth/contract'

/** Of one webhook: what a forge would never send, and what would fill the queue. */
const mostCalls = 60
const windowMs = 60_000

/** Throws `rate_limited` for a webhook that is called too often, by whoever. */
export function callLimit({ now }: { now(): number }) {
  const windows = new Map<string, { sinceMs: number; calls: number }>()

  return (webhookId: string): void => {
    const atMs = now()
    for (const [id, { sinceMs }] of windows) if (atMs - sinceMs >= windowMs) windows.delete(id)
    const window = windows.get(webhookId) ?? { sinceMs: atMs, calls: 0 }
    windows.set(webhookId, { ...window, calls: window.calls + 1 })
    if (window.calls < mostCalls) return
    throw new PlatformError('rate_limited', `The webhook was called more than ${mostCalls} times within a minute`, {
      hint: 'Send it again in a minute',
    })
  }
}
