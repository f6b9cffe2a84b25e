import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Heartbeat, LocalInstance, MachineStats } from '@berth/contract'
import { idleEdge, idleInstance, idleStats } from '../agents/test-heartbeat.ts'
import { type Heard, readMachines } from './machine-readings.ts'

const connection = {}

function heardAt(
  sampledAtMs: number,
  stats: Partial<MachineStats> = {},
  instances: readonly Partial<LocalInstance>[] = [],
): Heard {
  const heartbeat: Heartbeat = {
    stats: { ...idleStats, ...stats },
    sampledAtMs,
    instances: instances.map((instance) => ({ ...idleInstance, ...instance })),
    edge: idleEdge,
  }
  return { machine: 'one', connection, heartbeat }
}

const read = (before: Heard | undefined, after: Heard, nowMs = 1_000) => {
  const earlier = before ? readMachines(new Map(), [before], 0) : new Map()
  return readMachines(earlier, [after], nowMs).get('one')
}

test('a rate is what was counted by the time that the agent itself says has gone by', () => {
  const before = heardAt(1_000, { networkReceivedBytes: 500, diskWrittenBytes: 0 }, [{ cpuSeconds: 3 }])
  const after = heardAt(3_000, { networkReceivedBytes: 2_500, diskWrittenBytes: 10 }, [{ cpuSeconds: 4 }])
  const reading = read(before, after)
  assert.equal(reading?.sample.networkReceivedBytesPerSecond, 1_000)
  assert.equal(reading?.sample.diskWrittenBytesPerSecond, 5)
  assert.equal(reading?.instances[0]?.sample.cpuRatio, 0.5)
})

test('nothing is compared over the end of a connection, nor with what had not begun', () => {
  const before = heardAt(1_000, { networkReceivedBytes: 500 }, [{ instanceId: 'old' }])
  const after = heardAt(2_000, { networkReceivedBytes: 2_500 }, [{ cpuSeconds: 9 }])
  assert.equal(read(before, after)?.instances[0]?.sample.cpuRatio, null)
  const again = { ...after, connection: {} }
  assert.equal(read(before, again)?.sample.networkReceivedBytesPerSecond, null)
  assert.equal(read(before, again)?.sample.cpuRatio, null)
  assert.equal(read(before, again)?.sample.memoryBytes, 1)
})

test('a count that went back tells nothing, and is compared with again', () => {
  const [much, little, more] = [9_000, 100, 150].map((networkSentBytes, second) =>
    heardAt(second * 1_000, { networkSentBytes }),
  ) as [Heard, Heard, Heard]
  const second = readMachines(readMachines(new Map(), [much], 0), [little], 1_000)
  assert.equal(second.get('one')?.sample.networkSentBytesPerSecond, null)
  assert.equal(readMachines(second, [more], 2_000).get('one')?.sample.networkSentBytesPerSecond, 50)
})

test('a heartbeat that is a little late leaves no gap, but what happened is told once', () => {
  const before = heardAt(1_000, { outOfMemoryKills: 1 })
  const after = heardAt(2_000, { outOfMemoryKills: 3, cpuRatio: 0.5 })
  const first = readMachines(readMachines(new Map(), [before], 0), [after], 1_000)
  assert.equal(first.get('one')?.sample.outOfMemoryKills, 2)
  const second = readMachines(first, [after], 2_000)
  const { outOfMemoryKills, cpuRatio } = second.get('one')?.sample ?? {}
  assert.deepEqual([outOfMemoryKills, cpuRatio], [0, 0.5])
})

test('a machine that is silent for three seconds is not measured', () => {
  const heard = heardAt(1_000)
  const first = readMachines(new Map(), [heard], 1_000)
  const second = readMachines(first, [heard], 3_900)
  assert.equal(second.size, 1)
  assert.equal(readMachines(second, [heard], 4_000).size, 0)
})

test('what a kernel does not tell is null', () => {
  const reading = read(heardAt(1_000, { diskReadBytes: null }), heardAt(2_000, { diskReadBytes: null }))
  assert.deepEqual([reading?.sample.diskReadBytesPerSecond, reading?.sample.cpuPressurePercent], [null, null])
})

test('an instance that was killed is counted once, though it is told of for a minute', () => {
  const killed = [{ instanceId: 'a', app: 'shop' }]
  const tell = (second: number, told: typeof killed, counter: number | null = null) => {
    const heard = heardAt(second * 1_000, { outOfMemoryKills: counter })
    return { ...heard, heartbeat: { ...heard.heartbeat, killed: told } }
  }
  const first = readMachines(new Map(), [tell(1, killed)], 1_000)
  assert.deepEqual(first.get('one')?.killedApps, [], 'It may have been counted before')
  const more = [...killed, { instanceId: 'b', app: 'blog' }]
  const second = readMachines(first, [tell(2, more)], 2_000)
  assert.deepEqual(second.get('one')?.killedApps, ['blog'])
  assert.equal(second.get('one')?.sample.outOfMemoryKills, 1, 'The machine itself cannot count them')
  const third = readMachines(second, [tell(3, more)], 3_000)
  assert.deepEqual([third.get('one')?.killedApps, third.get('one')?.sample.outOfMemoryKills], [[], 0])
  const late = readMachines(second, [tell(2, more)], 3_000)
  assert.deepEqual(late.get('one')?.killedApps, [])
})
