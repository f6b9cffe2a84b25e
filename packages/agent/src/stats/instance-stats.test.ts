import assert from 'node:assert/strict'
import { readdirSync, readlinkSync } from 'node:fs'
import { after, test } from 'node:test'
import { parseCgroupMounts } from './cgroup-files.ts'
import { instanceStats } from './instance-stats.ts'
import { netDev, openKernelFolder, twoCpus } from './test-kernel.ts'

const { root, procFolder, write } = await openKernelFolder({ after })

await write({
  'proc/stat': twoCpus,
  'proc/meminfo': 'MemTotal: 1000000 kB\nMemAvailable: 500000 kB\n',
  'proc/42/cgroup': '0::/docker/abc\n',
  'proc/42/net/dev': netDev(300, 40),
  'proc/43/cgroup': '0::/../docker-def.scope\n',
  'proc/52/cgroup': '5:blkio:/docker/one\n4:memory:/docker/one\n2:cpuacct:/docker/one\n',
})

const writeFigures = (cpuMicros: number) =>
  write({
    'cgroup/docker/abc/memory.current': '50000000\n',
    'cgroup/docker/abc/memory.stat': 'anon 1\ninactive_file 10000000\n',
    'cgroup/docker/abc/memory.max': '134217728\n',
    'cgroup/docker/abc/memory.events': 'oom 1\noom_kill 1\n',
    'cgroup/docker/abc/io.stat': '254:0 rbytes=10 wbytes=20 rios=1 wios=1\n',
    'cgroup/docker/abc/cpu.stat': `usage_usec ${cpuMicros}\n`,
  })

const mountsV2 = parseCgroupMounts(`30 23 0:26 / ${root}/cgroup ro - cgroup2 cgroup2 rw\n`, `${root}/cgroup`)
const open = () => instanceStats(procFolder, mountsV2)
const web = { instanceId: 'i1', app: 'shop', service: 'web', containerId: 'abc', pid: 42 }

test('an instance that used one of two processors for a second used half of the machine', async () => {
  await writeFigures(3_000_000)
  const stats = open()
  stats.watch([web])
  const first = {
    ...{ instanceId: 'i1', app: 'shop', service: 'web' },
    ...{ cpuRatio: 0, cpuSeconds: 3, memoryBytes: 40_000_000, memoryLimitBytes: 134_217_728 },
    ...{ networkReceivedBytes: 300, networkSentBytes: 40, diskReadBytes: 10, diskWrittenBytes: 20 },
    outOfMemoryKills: 1,
  }
  assert.deepEqual(stats.read(10_000), [first])
  await writeFigures(4_000_000)
  assert.equal(stats.read(11_000)[0]?.cpuRatio, 0.5)
})

test('reads the same of an instance on version 1', async () => {
  await write({
    'cgroup/memory/docker/one/memory.usage_in_bytes': '50000000\n',
    'cgroup/memory/docker/one/memory.stat': 'total_inactive_file 10000000\n',
    'cgroup/memory/docker/one/memory.limit_in_bytes': '9223372036854771712\n',
    'cgroup/memory/docker/one/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n',
    'cgroup/cpuacct/docker/one/cpuacct.usage': '1500000000\n',
    'cgroup/blkio/docker/one/blkio.throttle.io_service_bytes_recursive': '254:0 Read 5\n254:0 Write 6\nTotal 11\n',
  })
  const mounts = ['memory', 'cpuacct', 'blkio'].map(
    (name, index) => `${index} 2 0:3${index} / ${root}/cgroup/${name} ro - cgroup cgroup rw,${name}\n`,
  )
  const stats = instanceStats(procFolder, parseCgroupMounts(mounts.join(''), `${root}/cgroup`))
  stats.watch([{ ...web, pid: 52 }])
  assert.deepEqual(stats.read(10_000), [
    {
      ...{ instanceId: 'i1', app: 'shop', service: 'web' },
      ...{ cpuRatio: 0, cpuSeconds: 1.5, memoryBytes: 40_000_000, memoryLimitBytes: null },
      ...{ networkReceivedBytes: null, networkSentBytes: null, diskReadBytes: 5, diskWrittenBytes: 6 },
      outOfMemoryKills: 0,
    },
  ])
})

test('the figures go on across a renewed list', async () => {
  const stats = open()
  await writeFigures(3_000_000)
  stats.watch([web])
  stats.read(10_000)
  stats.watch([web])
  await writeFigures(3_500_000)
  assert.equal(stats.read(11_000)[0]?.cpuRatio, 0.25)
})

test('limits and kills are read again when that is asked for', async () => {
  await writeFigures(3_000_000)
  const stats = open()
  stats.watch([web])
  await write({ 'cgroup/docker/abc/memory.events': 'oom_kill 4\n', 'cgroup/docker/abc/memory.max': 'max\n' })
  stats.renew()
  const [read] = stats.read(10_000)
  assert.deepEqual([read?.outOfMemoryKills, read?.memoryLimitBytes], [4, null])
})

test('names the instances whose cgroup is not visible and leaves out those that have ended', () => {
  const stats = open()
  const hidden = { ...web, instanceId: 'i2', pid: 43 }
  const ended = { ...web, instanceId: 'i3', pid: 44 }
  assert.deepEqual(stats.watch([web, hidden, ended]), [hidden])
  assert.deepEqual(
    stats.read(10_000).map(({ instanceId }) => instanceId),
    ['i1'],
  )
})

const openFiles = () =>
  readdirSync('/proc/self/fd').filter((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`).startsWith(root)
    } catch {
      return false // The one by which the folder itself was read.
    }
  })

test('files stay open while their instance is watched and no longer', async () => {
  await writeFigures(3_000_000)
  const before = openFiles().length
  const stats = open()
  stats.watch([web])
  stats.read(10_000)
  assert.equal(openFiles().length - before, 5)
  stats.read(11_000)
  assert.equal(openFiles().length - before, 5)
  stats.watch([])
  assert.equal(openFiles().length, before)
})
