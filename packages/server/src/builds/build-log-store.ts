import type { BuildLogLine } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'

/** The log of each build, in parts of several lines, in the order in which they were written. */
export interface BuildLogStore {
  append(buildId: string, lines: readonly BuildLogLine[]): Promise<void>
  /** Lines from `skip` on, at most so many. */
  read(buildId: string, options: { skip: number; limit: number }): Promise<BuildLogLine[]>
  /** The last lines, oldest first. */
  tail(buildId: string, count: number): Promise<string[]>
}

export function buildLogStore({ database: { db } }: Pick<StoreDeps, 'database'>): BuildLogStore {
  const partsOf = (buildId: string) => db.selectFrom('buildLogParts').selectAll().where('buildId', '=', buildId)

  const append: BuildLogStore['append'] = async (buildId, lines) => {
    if (lines.length === 0) return
    const last = await partsOf(buildId).orderBy('part', 'desc').limit(1).executeTakeFirst()
    const text = JSON.stringify(lines.map(({ at, text }) => ({ at, text: text.replaceAll('\0', '') })))
    const row = { buildId, part: (last?.part ?? 0) + 1, lineCount: lines.length, lines: text }
    await db.insertInto('buildLogParts').values(row).execute()
  }

  const read: BuildLogStore['read'] = async (buildId, { skip, limit }) => {
    const found: BuildLogLine[] = []
    const counts = await db
      .selectFrom('buildLogParts')
      .select(['part', 'lineCount'])
      .where('buildId', '=', buildId)
      .orderBy('part')
      .execute()
    let before = 0
    for (const { part, lineCount } of counts) {
      if (before + lineCount > skip && found.length < limit) {
        const { lines } = await partsOf(buildId).where('part', '=', part).executeTakeFirstOrThrow()
        found.push(...(JSON.parse(lines) as BuildLogLine[]).slice(Math.max(0, skip - before)))
      }
      before += lineCount
    }
    return found.slice(0, limit)
  }

  const tail: BuildLogStore['tail'] = async (buildId, count) => {
    const newest = await partsOf(buildId).orderBy('part', 'desc').limit(count).execute()
    const lines = newest.toReversed().flatMap(({ lines }) => JSON.parse(lines) as BuildLogLine[])
    return lines.slice(-count).map(({ text }) => text)
  }

  return { append, read, tail }
}
