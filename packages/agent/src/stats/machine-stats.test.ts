import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { parseCgroupMounts } from './cgroup-files.ts'
import { machineStatsReader } from './machine-stats.ts'
import { netDev, openKernelFolder, twoCpus } from './test-kernel.ts'

const disk = { usedBytes: 1, totalBytes: 2 }
const psi = 'some avg10=0.00 avg60=5.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=1.00 avg300=0.00 total=1\n'

/** A kernel whose processors were busy half of the time, and which has 4 of 8 MiB left. */
async function openKernel(t: TestContext) {
  const kernel = await openKernelFolder({ after: (clean) => t.after(clean) })
  await kernel.write({
    'proc/stat': twoCpus,
    'proc/meminfo': 'MemTotal: 8192 kB\nMemAvailable: 4096 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\n',
    'proc/loadavg': '1.50 0.50 0.10 1/9 9\n',
    'proc/vmstat': 'oom_kill 3\n',
    'proc/diskstats': ' 254 0 vda 1 0 2 0 1 0 4 0 0 0 0\n',
    'proc/1/net/dev': netDev(500, 60),
    ...Object.fromEntries(['cpu', 'memory', 'io'].map((name) => [`proc/pressure/${name}`, psi])),
  })
  return {
    ...kernel,
    open: (mounts: string) => machineStatsReader(kernel.procFolder, parseCgroupMounts(mounts, kernel.root)),
  }
}

test('a machine of its own tells what the kernel does', async (t) => {
  const { open, write } = await openKernel(t)
  const read = open('')
  read(disk, 1_000)
  await write({ 'proc/stat': twoCpus.replace('cpu  1 0 0 1', 'cpu  4 0 0 2') })
  assert.deepEqual(read(disk, 2_000), {
    ...{ cpuRatio: 0.75, cpuMillis: 2000, load1: 1.5, load5: 0.5 },
    ...{ memoryUsedBytes: 4096 * 1024, memoryTotalBytes: 8192 * 1024, swapUsedBytes: 6 * 1024 },
    ...{ diskUsedBytes: 1, diskTotalBytes: 2, diskReadBytes: 1024, diskWrittenBytes: 2048 },
    ...{ networkReceivedBytes: 500, networkSentBytes: 60, outOfMemoryKills: 3 },
    pressure: { cpuSome60: 5, memorySome60: 5, memoryFull60: 1, ioSome60: 5, ioFull60: 1 },
  })
})

test('a kernel without pressure stall information has no pressure', async (t) => {
  const { open, procFolder } = await openKernel(t)
  await rm(`${procFolder}/pressure`, { recursive: true })
  assert.equal(open('')(disk, 0).pressure, null)
})

test('a machine in a container tells its own use and its own limits', async (t) => {
  const { root, open, write } = await openKernel(t)
  await write({
    'cgroup/cgroup.type': 'domain\n',
    'cgroup/cpu.stat': 'usage_usec 1000000\n',
    'cgroup/cpu.max': '50000 100000\n',
    'cgroup/memory.current': '3000000\n',
    'cgroup/memory.stat': 'inactive_file 1000000\n',
    'cgroup/memory.max': '4000000\n',
    'cgroup/memory.swap.current': '77\n',
    'cgroup/memory.events': 'oom_kill 1\n',
    'cgroup/io.stat': '254:0 rbytes=10 wbytes=20\n',
    'cgroup/cpu.pressure': psi,
    'cgroup/memory.pressure': psi,
    'cgroup/io.pressure': psi.replace('avg60=1.00', 'avg60=9.00'),
  })
  const read = open(`30 23 0:26 / ${root}/cgroup ro - cgroup2 cgroup2 rw\n`)
  read(disk, 1_000)
  await write({ 'cgroup/cpu.stat': 'usage_usec 1400000\n' })
  const stats = read(disk, 2_000)
  // 0.4 s in a second, of half a core.
  assert.deepEqual([stats.cpuRatio, stats.cpuMillis], [0.8, 500])
  assert.deepEqual([stats.memoryUsedBytes, stats.memoryTotalBytes, stats.swapUsedBytes], [2_000_000, 4_000_000, 77])
  assert.deepEqual([stats.diskReadBytes, stats.diskWrittenBytes, stats.outOfMemoryKills], [10, 20, 1])
  assert.equal(stats.pressure?.ioFull60, 9)
})

test('on version 1 a machine in a container leaves out what only its host could tell', async (t) => {
  const { root, open, write } = await openKernel(t)
  await write({
    'cgroup/cpuacct/cpuacct.usage': '1000000000\n',
    'cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    'cgroup/cpu/cpu.cfs_period_us': '100000\n',
    'cgroup/memory/memory.usage_in_bytes': '3000000\n',
    'cgroup/memory/memory.stat': 'total_inactive_file 1000000\ntotal_swap 0\n',
    'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    'cgroup/memory/memory.oom_control': 'oom_kill 0\n',
  })
  const names = ['cpu', 'cpuacct', 'memory']
  const mounts = names.map((name) => `1 2 0:3 /docker/m ${root}/cgroup/${name} ro - cgroup cgroup rw,${name}\n`)
  const read = open(mounts.join(''))
  read(disk, 1_000)
  await write({ 'cgroup/cpuacct/cpuacct.usage': '1500000000\n' })
  const stats = read(disk, 2_000)
  // Without limits of its own: a quarter of the host's two processors, and all of its memory.
  assert.deepEqual([stats.cpuRatio, stats.cpuMillis], [0.25, 2000])
  assert.deepEqual([stats.memoryUsedBytes, stats.memoryTotalBytes], [2_000_000, 8192 * 1024])
  assert.deepEqual([stats.pressure, stats.outOfMemoryKills, stats.diskReadBytes], [null, null, null])
})
