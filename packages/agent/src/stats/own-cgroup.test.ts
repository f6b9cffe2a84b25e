import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCgroupMounts } from './cgroup-files.ts'
import { findOwnCgroup, parseCpuLimitMillis, parseSwapBytes } from './own-cgroup.ts'

const nothing = () => false
const mountsV1 = (root: string) =>
  parseCgroupMounts(
    `33 31 0:30 ${root} /host/cgroup/cpu ro - cgroup cgroup rw,cpu
34 31 0:31 ${root} /host/cgroup/cpuacct ro - cgroup cgroup rw,cpuacct
35 31 0:32 ${root} /host/cgroup/memory ro - cgroup cgroup rw,memory
36 31 0:33 ${root} /host/cgroup/blkio ro - cgroup cgroup rw,blkio
`,
    '/host/cgroup',
  )
const mountsV2 = parseCgroupMounts('30 23 0:26 / /host/cgroup ro - cgroup2 cgroup2 rw\n', '/host/cgroup')

test('a machine of its own is in no cgroup', () => {
  assert.equal(findOwnCgroup(mountsV1('/'), nothing), undefined)
  assert.equal(findOwnCgroup(mountsV2, nothing), undefined)
  assert.equal(findOwnCgroup([], nothing), undefined)
})

test('on version 1 a machine in a container sees only its part of the hierarchy', () => {
  const own = findOwnCgroup(mountsV1('/docker/machine'), nothing)
  assert.equal(own?.files.cpuUsage, '/host/cgroup/cpuacct/cpuacct.usage')
  assert.equal(own?.files.memoryLimit, '/host/cgroup/memory/memory.limit_in_bytes')
  assert.equal(own?.files.disks, '/host/cgroup/blkio/blkio.throttle.io_service_bytes_recursive')
  assert.deepEqual(own?.cpuLimit, ['/host/cgroup/cpu/cpu.cfs_quota_us', '/host/cgroup/cpu/cpu.cfs_period_us'])
  assert.equal(own?.pressure, undefined)
})

test('on version 2 a machine in a container has what the root of all lacks', () => {
  const own = findOwnCgroup(mountsV2, (path) => path === '/host/cgroup/cgroup.type')
  assert.equal(own?.files.memoryUsage, '/host/cgroup/memory.current')
  assert.deepEqual(own?.cpuLimit, ['/host/cgroup/cpu.max'])
  assert.equal(own?.pressure?.io, '/host/cgroup/io.pressure')
})

test('a processor limit is quota by period on both versions', () => {
  assert.equal(parseCpuLimitMillis('150000\n 100000\n'), 1500)
  assert.equal(parseCpuLimitMillis('50000 100000\n'), 500)
  assert.equal(parseCpuLimitMillis('-1\n 100000\n'), null)
  assert.equal(parseCpuLimitMillis('max 100000\n'), null)
  assert.equal(parseCpuLimitMillis(' '), null)
})

test('swap is a figure of its own on version 2, and a line among others on version 1', () => {
  assert.equal(parseSwapBytes(1, 'cache 1\nswap 5\ntotal_cache 2\ntotal_swap 4096\n'), 4096)
  assert.equal(parseSwapBytes(2, '8192\n'), 8192)
  assert.equal(parseSwapBytes(2, ''), 0)
})
