import type { ActivityEvent } from '@berth/contract'
import { type Topic, topicOf, topics } from './event-words.ts'

/** What is to be seen. `kind`: of an event, or `topic:<topic>`. */
export type Filter = { app?: string | undefined; actor?: string | undefined; kind?: string | undefined }

export function matches(event: ActivityEvent, { app, actor, kind }: Filter): boolean {
  if (app !== undefined && event.app !== app) return false
  if (actor !== undefined && event.actor !== actor) return false
  return kind === undefined || event.kind === kind || `topic:${topicOf(event.kind)}` === kind
}

/** Each event once, newest first; of equal times, those that came live first, because they came later. */
export function mergeEvents(
  recent: readonly ActivityEvent[],
  pages: readonly (readonly ActivityEvent[])[],
): ActivityEvent[] {
  const asked = pages.flat()
  const known = new Set(asked.map(({ id }) => id))
  const fresh = recent.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return asked
  return [...fresh, ...asked].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

/** `held`: what came after the newest that is shown already. */
export function splitHeld(
  events: readonly ActivityEvent[],
  newestShownId: string | undefined,
): { held: ActivityEvent[]; shown: ActivityEvent[] } {
  const at = newestShownId === undefined ? 0 : events.findIndex(({ id }) => id === newestShownId)
  // What was newest may be gone, by a filter or because it fell out of the log.
  const begin = Math.max(at, 0)
  return { held: events.slice(0, begin), shown: events.slice(begin) }
}

export type Day = { key: string; title: string; events: ActivityEvent[] }

/** By the days of the reader's own clock. */
export function groupByDay(events: readonly ActivityEvent[], nowMs: number): Day[] {
  const days = new Map<string, Day>()
  for (const event of events) {
    const at = new Date(event.at)
    const key = dayKey(at)
    const day = days.get(key) ?? { key, title: describeDay(at, new Date(nowMs)), events: [] }
    day.events.push(event)
    days.set(key, day)
  }
  return [...days.values()]
}

function describeDay(day: Date, now: Date): string {
  if (dayKey(day) === dayKey(now)) return 'Today'
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
  if (dayKey(day) === dayKey(yesterday)) return 'Yesterday'
  return day.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}

const dayKey = (date: Date) => `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`

/** The kinds that were seen, under their topics. */
export function listKinds(events: readonly ActivityEvent[], chosen: string | undefined): Map<Topic, string[]> {
  const kinds = new Set(events.map(({ kind }) => kind))
  if (chosen !== undefined && !chosen.startsWith('topic:')) kinds.add(chosen)
  const sorted = [...kinds].sort()
  return new Map(
    topics
      .map((topic): [Topic, string[]] => [topic, sorted.filter((kind) => topicOf(kind) === topic)])
      .filter(([topic, ofTopic]) => ofTopic.length > 0 || chosen === `topic:${topic}`),
  )
}
