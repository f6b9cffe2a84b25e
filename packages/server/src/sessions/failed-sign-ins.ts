import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'

/** Writes failed sign-ins down, but not every try: an attack must not push out what else happened. */
export interface FailedSignIns {
  note(failed: { email: string; address: string; reason: string }): Promise<void>
}

type Deps = { activity: Pick<ActivityStore, 'add'>; now(): number; log: Logger }

const periodMs = 600_000
const maxPerPeriod = 20

/** One row for an e-mail in ten minutes, and at most twenty for all; the last of them says that there are more. */
export function failedSignIns({ activity, now, log }: Deps): FailedSignIns {
  let periodEndMs = 0
  let noted = new Set<string>()

  const note: FailedSignIns['note'] = async ({ email, address, reason }) => {
    if (now() >= periodEndMs) {
      periodEndMs = now() + periodMs
      noted = new Set()
    }
    if (noted.has(email) || noted.size >= maxPerPeriod) return
    noted.add(email)
    const isLast = noted.size === maxPerPeriod
    const detail = isLast ? 'and more: the next ten minutes are not listed' : `${email} from ${address}: ${reason}`
    log.warn({ address, isLast }, 'sign_in_failed')
    await activity.add({ actor: 'nobody', kind: 'sign_in_failed', detail })
  }

  return { note }
}
