import type { LoginRequest } from '@berth/contract'

/** How it ended, and what to do now; nothing while it waits for an answer. */
export function outcomeOf(state: LoginRequest['state']): string | undefined {
  switch (state) {
    case 'waiting':
      return undefined
    case 'approved':
      return 'Approved. Go back to your terminal; you may close this page.'
    case 'refused':
      return 'Refused. If you did not start this yourself, nobody got in.'
    case 'expired':
      return 'Expired before it was answered. Run berth login again.'
  }
}
