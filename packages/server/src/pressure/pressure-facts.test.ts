import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClusterState } from '@berth/engine'
import { idleEdge, idleStats } from '../agents/test-heartbeat.ts'
import { rememberAll } from './pressure-facts.ts'

const nowMs = Date.parse('2030-01-01T00:10:00Z')
const machines = ['a', 'b'].map((id) => ({ id, name: id, cpuMillis: 1_000 }))
const instance = (machineId: string, agoMs: number, isWanted = true) => {
  return { machineId, isWanted, createdAt: new Date(nowMs - agoMs).toISOString() }
}
const mebibyte = 1024 ** 2
const memory = { memoryUsedBytes: 512 * mebibyte, memoryTotalBytes: 1_024 * mebibyte }
const stats = { ...idleStats, ...memory, diskUsedBytes: 0, diskTotalBytes: 1 }
const lastHeartbeat = { stats, sampledAtMs: 0, instances: [], edge: idleEdge }
const agents = { find: () => ({ lastSeenAtMs: nowMs, lastHeartbeat }) as never }

test('what has just begun on a machine is counted for that machine alone, and only for a minute', () => {
  const begun = [instance('a', 5_000), instance('a', 70_000), instance('a', 5_000, false)]
  const severityOf = (instances: object[]) => {
    const memories = rememberAll(new Map(), { state: { machines, instances } as ClusterState, agents, nowMs })
    return machines.map(({ id }) => memories.get(id)?.worst?.severity ?? 0)
  }
  const [idle = 0] = severityOf([])
  const [a = 0, b = 0] = severityOf(begun)
  assert.deepEqual([a > idle, b], [true, idle])
  assert.equal(a, severityOf([instance('a', 1)])[0])
})
