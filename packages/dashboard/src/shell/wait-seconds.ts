import type { PlatformError } from '@berth/contract'

/** How long the words of `rate_limited` say to wait; 0 for anything else. */
export function readWaitSeconds(error: Pick<PlatformError, 'code' | 'message' | 'hint'> | null): number {
  if (error?.code !== 'rate_limited') return 0
  const match = /(\d+) ?(s|second|min|minute)/.exec(`${error.hint ?? ''} ${error.message}`)
  if (!match?.[1]) return 0
  return Number(match[1]) * (match[2]?.startsWith('m') ? 60 : 1)
}
