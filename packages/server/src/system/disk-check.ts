import { diskRatios, type Machine, type SystemCheck } from '@berth/contract'
import { diskState } from '../cleanup/disk-view.ts'
import type { SystemFacts } from './system-facts.ts'

const soonDays = 7

/** Told before it hurts: by how full it is, and by how soon it will be. */
export function diskCheck(
  { name, stats }: Machine,
  { diskDaysLeft }: Pick<SystemFacts, 'diskDaysLeft'>,
): SystemCheck[] {
  if (!stats || stats.diskTotalBytes === 0) return []
  const { diskUsedBytes: usedBytes, diskTotalBytes: totalBytes } = stats
  const state = diskState({ usedBytes, totalBytes })
  const daysLeft = diskDaysLeft(name)
  const used = `${Math.round((usedBytes / totalBytes) * 100)} % are used${outlook(daysLeft)}`
  const check = { name: `disk of ${name}` }
  if (state === 'ok' && (daysLeft === null || daysLeft > soonDays)) return [{ ...check, state, message: used }]
  const why = `Berth removes what it does not need by itself from ${percent(diskRatios.warning)} on`
  const message = `${used}. ${why}; berth disk shows what is there, the rest is not Berth’s: make room on ${name}`
  return [{ ...check, state: state === 'failed' ? 'failed' : 'warning', message }]
}

function outlook(daysLeft: number | null): string {
  if (daysLeft === null) return ''
  return daysLeft < 1
    ? ', and the rest within a day, as it grows now'
    : `, and the rest in ${Math.floor(daysLeft)} days, as it grows now`
}

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`
