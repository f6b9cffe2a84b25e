import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { instanceStats } from './instance-stats.ts'

const root = await mkdtemp(join(tmpdir(), 'berth-stats-'))
after(() => rm(root, { recursive: true }))

async function write(path: string, text: string) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

await write('proc/stat', 'cpu  1 0 0 1 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n')
await write('proc/mountinfo', `30 23 0:26 / ${root}/cgroup ro - cgroup2 cgroup2 rw\n`)
await write('proc/42/cgroup', '0::/docker/abc\n')
await write('proc/43/cgroup', '0::/../docker-def.scope\n')

async function writeFigures(cpuMicros: number) {
  await write('cgroup/docker/abc/memory.current', '50000000\n')
  await write('cgroup/docker/abc/memory.stat', 'anon 1\ninactive_file 10000000\n')
  await write('cgroup/docker/abc/cpu.stat', `usage_usec ${cpuMicros}\n`)
}

const open = () =>
  instanceStats({
    procFolder: join(root, 'proc'),
    cgroupFolder: join(root, 'cgroup'),
    mountinfoPath: join(root, 'proc/mountinfo'),
  })
const web = { instanceId: 'i1', app: 'shop', containerId: 'abc', pid: 42 }

test('an instance that used one of two processors for a second used half of the machine', async () => {
  const stats = open()
  stats.watch([web])
  await writeFigures(3_000_000)
  const first = { instanceId: 'i1', app: 'shop', cpuRatio: 0, cpuSeconds: 3, memoryBytes: 40_000_000 }
  assert.deepEqual(stats.read(10_000), [first])
  await writeFigures(4_000_000)
  assert.equal(stats.read(11_000)[0]?.cpuRatio, 0.5)
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

test('names the instances whose cgroup is not visible and leaves out those that have ended', () => {
  const stats = open()
  const hidden = { instanceId: 'i2', app: 'shop', containerId: 'def', pid: 43 }
  const ended = { instanceId: 'i3', app: 'shop', containerId: 'ghi', pid: 44 }
  assert.deepEqual(stats.watch([web, hidden, ended]), [hidden])
  assert.deepEqual(
    stats.read(10_000).map(({ instanceId }) => instanceId),
    ['i1'],
  )
})
