import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../packages/server/src/database/open-database.ts'
import { showTable } from './harness/table.ts'
import { openFleet } from './stats/fleet.ts'

const hour = 3_600
const sizes = [
  { machines: 10, instances: 300, seconds: hour },
  { machines: 1_000, instances: 10_000, seconds: 120 },
] as const

const rows: string[][] = []
for (const size of sizes) rows.push(await measure(size))
const titles = ['machines, instances', 'rows/min', 'KB/min', 'B/row 15 s', 'B/row 5 min', 'MB in the end']
console.log('stats-store: what the server pays to keep statistics, on SQLite, with load that never stands still\n')
console.log(showTable([...titles, 'CPU % of a core', 'MiB of memory'], rows))

async function measure({ machines, instances, seconds }: (typeof sizes)[number]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-stats-'))
  const database = await openDatabase({ databasePath: join(folder, 'berth.db') })
  try {
    const fleet = await openFleet(database, { machines, instances })
    const before = process.cpuUsage()
    const heapBefore = memoryMiB()
    for (let second = 1; second <= seconds; second++) {
      fleet.tick()
      if (second % 60 === 0) await fleet.write()
    }
    const { user, system } = process.cpuUsage(before)
    const chunks = await database.db.selectFrom('sampleChunks').select(['stepMs', 'packed']).execute()
    const fine = sizesOf(chunks, 15_000)
    const coarse = sizesOf(chunks, 300_000)
    const subjects = machines + instances + fleet.apps + 1
    // The chunks that were begun last are not full: an hour's fine ones are, and coarse ones grow with their points.
    const coarseFull = coarse.mean * (72 / Math.max(1, Math.floor(seconds / 300)))
    const bytesKept = subjects * (96 * fine.mean + 120 * coarseFull)
    return [
      `${machines}, ${instances}`,
      (fleet.rowsWritten() / (seconds / 60)).toFixed(0),
      (fleet.bytesWritten() / (seconds / 60) / 1000).toFixed(0),
      fine.mean.toFixed(0),
      coarse.count === 0 ? '' : coarseFull.toFixed(0),
      seconds < hour ? '' : `${(bytesKept / 1e6).toFixed(0)}`,
      ((user + system) / 1e4 / seconds).toFixed(2),
      (memoryMiB() - heapBefore).toFixed(0),
    ]
  } finally {
    await database.close()
    await rm(folder, { recursive: true })
  }
}

function sizesOf(chunks: readonly { stepMs: number; packed: string }[], stepMs: number) {
  const lengths = chunks.filter((chunk) => chunk.stepMs === stepMs).map(({ packed }) => packed.length)
  return { count: lengths.length, mean: lengths.reduce((sum, length) => sum + length, 0) / Math.max(lengths.length, 1) }
}

function memoryMiB(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1024 ** 2
}
