import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  findCgroupFiles,
  parseCgroupKills,
  parseCgroupMounts,
  parseCpuMicros,
  parseMemoryLimitBytes,
  parseWorkingSetBytes,
} from './cgroup-files.ts'

const mountsV1 = `31 23 0:28 / /host/cgroup ro,relatime - tmpfs tmpfs rw,mode=755
33 31 0:30 / /host/cgroup/cpu,cpuacct ro,relatime - cgroup cgroup rw,cpu,cpuacct
34 31 0:31 / /host/cgroup/blkio ro,relatime - cgroup cgroup rw,blkio
35 31 0:32 / /host/cgroup/memory ro,relatime - cgroup cgroup rw,memory
41 31 0:38 / /host/cgroup/unified ro,relatime - cgroup2 cgroup2 rw
55 54 0:32 /docker/abc /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory
`
const instanceV1 = `9:name=systemd:/docker/abc
4:memory:/docker/abc
3:blkio:/docker/abc
2:cpu,cpuacct:/docker/abc
0::/docker/abc
`
const mountsV2 = '30 23 0:26 / /host/cgroup ro,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n'

test('finds the files of an instance on version 1, also where version 2 is mounted beside it', () => {
  assert.deepEqual(findCgroupFiles(instanceV1, parseCgroupMounts(mountsV1, '/host/cgroup')), {
    version: 1,
    memoryUsage: '/host/cgroup/memory/docker/abc/memory.usage_in_bytes',
    memoryStat: '/host/cgroup/memory/docker/abc/memory.stat',
    memoryLimit: '/host/cgroup/memory/docker/abc/memory.limit_in_bytes',
    cpuUsage: '/host/cgroup/cpu,cpuacct/docker/abc/cpuacct.usage',
    disks: '/host/cgroup/blkio/docker/abc/blkio.throttle.io_service_bytes_recursive',
    outOfMemory: '/host/cgroup/memory/docker/abc/memory.oom_control',
  })
})

test('finds the files of an instance on version 2', () => {
  const files = findCgroupFiles('0::/system.slice/docker-abc.scope\n', parseCgroupMounts(mountsV2, '/host/cgroup'))
  assert.deepEqual(files, {
    version: 2,
    memoryUsage: '/host/cgroup/system.slice/docker-abc.scope/memory.current',
    memoryStat: '/host/cgroup/system.slice/docker-abc.scope/memory.stat',
    memoryLimit: '/host/cgroup/system.slice/docker-abc.scope/memory.max',
    cpuUsage: '/host/cgroup/system.slice/docker-abc.scope/cpu.stat',
    disks: '/host/cgroup/system.slice/docker-abc.scope/io.stat',
    outOfMemory: '/host/cgroup/system.slice/docker-abc.scope/memory.events',
  })
})

test('a machine that is itself inside a cgroup sees the paths relative to what is mounted', () => {
  const mounts = parseCgroupMounts(
    `1 2 0:32 /docker/machine /host/cgroup/memory ro - cgroup cgroup rw,memory
3 2 0:30 /docker/machine /host/cgroup/cpuacct ro - cgroup cgroup rw,cpuacct
`,
    '/host/cgroup',
  )
  const text = '4:memory:/docker/machine/docker/abc\n2:cpuacct:/docker/machine/docker/abc\n'
  assert.equal(findCgroupFiles(text, mounts)?.memoryStat, '/host/cgroup/memory/docker/abc/memory.stat')
})

test('says so rather than guess when the cgroup lies outside of what is mounted', () => {
  assert.equal(findCgroupFiles('0::/../docker-abc.scope\n', parseCgroupMounts(mountsV2, '/host/cgroup')), undefined)
  assert.equal(findCgroupFiles(instanceV1, []), undefined)
})

const memoryStatV1 = `cache 9412608
inactive_file 20480
active_file 323584
total_cache 847790080
total_inactive_file 548986880
total_active_file 289734656
`
const memoryStatV2 = `anon 1531904
file 9412608
inactive_anon 0
inactive_file 4096000
active_file 323584
`

test('the working set leaves out the page cache that nobody uses', () => {
  assert.equal(parseWorkingSetBytes(1, '847790080\n', memoryStatV1), 847_790_080 - 548_986_880)
  assert.equal(parseWorkingSetBytes(2, '9412608\n', memoryStatV2), 9_412_608 - 4_096_000)
})

test('a working set is never negative, since the two files are not read at one moment', () => {
  assert.equal(parseWorkingSetBytes(2, '4000000\n', memoryStatV2), 0)
})

test('processor time is in microseconds on both versions', () => {
  assert.equal(parseCpuMicros(1, '1234567890\n'), 1_234_567.89)
  assert.equal(parseCpuMicros(2, 'usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n'), 1_234_567)
})

test('a limit is one that a machine could reach', () => {
  const machineBytes = 8 * 1024 ** 3
  assert.equal(parseMemoryLimitBytes('134217728\n', machineBytes), 134_217_728)
  assert.equal(parseMemoryLimitBytes('max\n', machineBytes), null)
  assert.equal(parseMemoryLimitBytes('9223372036854771712\n', machineBytes), null)
})

test('kills are counted alike on both versions, and not at all by an old kernel', () => {
  assert.equal(parseCgroupKills('oom_kill_disable 0\nunder_oom 0\noom_kill 2\n'), 2)
  assert.equal(parseCgroupKills('low 0\nhigh 0\nmax 12\noom 3\noom_kill 1\noom_group_kill 0\n'), 1)
  assert.equal(parseCgroupKills('oom_kill_disable 0\nunder_oom 0\n'), null)
})
