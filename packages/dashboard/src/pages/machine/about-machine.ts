import type { ActivityEvent } from '@berth/contract'
import { topicOf } from '../activity/event-words.ts'

/** Events name their machine in their detail, as a word of its own. */
export function isAboutMachine({ kind, detail }: Pick<ActivityEvent, 'kind' | 'detail'>, machine: string): boolean {
  if (topicOf(kind) !== 'machines' || detail === null) return false
  return detail.split(/[\s,:()]+/).includes(machine)
}
