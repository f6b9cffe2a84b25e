import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { buildCgroup, isEnginePath } from './build-cgroup.ts'
import { cgroupFoldersOf, findBuildPlace, planCaps } from './build-cgroup-plan.ts'

const caps = { memoryBytes: 512 * 1024 ** 2, cpuMillis: 1_500, processes: 1024 }
const container = 'a'.repeat(64)

function kernel(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'berth-cgroup-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, read: (path: string) => readFileSync(join(root, path), 'utf8') }
}

const v1 = (root: string) =>
  ['memory', 'cpu', 'pids'].map((name) => ({ controllers: [name], root: '/', folder: join(root, name) }))
const v1Files = {
  'memory/docker/buildkit/memory.limit_in_bytes': '9223372036854771712',
  'cpu/docker/buildkit/cpu.cfs_period_us': '100000',
  'cpu/docker/buildkit/cpu.cfs_quota_us': '-1',
  'cpu/docker/buildkit/cpu.idle': '0',
  'pids/docker/buildkit/pids.max': 'max',
  'pids/docker/buildkit/pids.current': '0',
}
const v2Files = {
  'berth-builds/cgroup.controllers': 'cpuset cpu io memory pids\n',
  'berth-builds/memory.max': 'max',
  'berth-builds/memory.swap.max': 'max',
  'berth-builds/memory.events': 'oom 2\noom_kill 3\n',
  'berth-builds/cpu.max': 'max 100000',
  'berth-builds/cpu.idle': '0',
  'berth-builds/pids.max': 'max',
  'berth-builds/pids.current': '0',
  'berth-builds/cgroup.kill': '',
}

test('an old engine with its own cgroups is held where BuildKit runs by itself', () => {
  const traits = { cgroupDriver: 'cgroupfs', takesCgroupParent: false }
  assert.deepEqual(findBuildPlace(traits, { isEnginePath: true }), {
    ...{ cgroupParent: undefined, holdsAll: true, paths: ['docker/buildkit'] },
  })
  assert.equal(findBuildPlace(traits, { isEnginePath: false }), undefined)
})

test('with systemd, only an engine that can be told where is held', () => {
  const systemd = { cgroupDriver: 'systemd', takesCgroupParent: true }
  assert.deepEqual(findBuildPlace(systemd, { isEnginePath: false }), {
    ...{ cgroupParent: '/berth-builds', holdsAll: false, paths: ['berth-builds'] },
  })
  assert.equal(findBuildPlace({ ...systemd, takesCgroupParent: false }, { isEnginePath: false }), undefined)
})

test('a newer engine with its own cgroups is held in both places', () => {
  const place = findBuildPlace({ cgroupDriver: 'cgroupfs', takesCgroupParent: true }, { isEnginePath: true })
  assert.deepEqual([place?.paths, place?.holdsAll], [['berth-builds', 'docker/buildkit'], true])
})

test('without one of the controllers there is nothing that holds', () => {
  const [memory, cpu] = v1('/c')
  assert.equal(cgroupFoldersOf('x', memory && cpu ? [memory, cpu] : []), undefined)
})

test('swap is taken away first and given last, so that no order of limits is refused', () => {
  const folders = cgroupFoldersOf('x', v1('/c'))
  assert.ok(folders)
  const files = planCaps(folders, caps).map(({ file, value }) => [file.split('/').at(-1), value])
  assert.deepEqual(files.slice(0, 3), [
    ['memory.memsw.limit_in_bytes', '-1'],
    ['memory.limit_in_bytes', '536870912'],
    ['memory.memsw.limit_in_bytes', '536870912'],
  ])
})

test('limits are in force on version 1, and gone once they are released', async (t) => {
  const { root, read } = kernel(t, v1Files)
  const cgroup = buildCgroup({ cgroupParent: undefined, holdsAll: true, paths: ['docker/buildkit'] }, v1(root))
  await cgroup?.hold(caps)
  assert.equal(read('memory/docker/buildkit/memory.limit_in_bytes'), '536870912')
  assert.equal(read('cpu/docker/buildkit/cpu.cfs_quota_us'), '150000')
  assert.equal(read('pids/docker/buildkit/pids.max'), '1024')
  assert.equal(read('cpu/docker/buildkit/cpu.idle'), '1')
  assert.equal(await cgroup?.kills(), null)
  assert.equal(await cgroup?.emptied(), true)
  await cgroup?.release()
  assert.equal(read('memory/docker/buildkit/memory.limit_in_bytes'), '-1')
  assert.equal(read('pids/docker/buildkit/pids.max'), 'max')
  assert.equal(read('cpu/docker/buildkit/cpu.idle'), '0')
})

test('limits are in force on version 2, where kills are counted', async (t) => {
  const { root, read } = kernel(t, v2Files)
  const mounts = [{ controllers: [''], root: '/', folder: root }]
  const cgroup = buildCgroup({ cgroupParent: '/berth-builds', holdsAll: false, paths: ['berth-builds'] }, mounts)
  await cgroup?.hold(caps)
  assert.deepEqual(
    ['memory.max', 'memory.swap.max', 'cpu.max', 'pids.max', 'cpu.idle'].map((name) => read(`berth-builds/${name}`)),
    ['536870912', '0', '150000 100000', '1024', '1'],
  )
  assert.equal(await cgroup?.kills(), 3)
  await cgroup?.release()
  assert.equal(read('berth-builds/memory.max'), 'max')
})

test("what is left of our builds is ended, and of anybody else's nothing", async (t) => {
  const { root, read } = kernel(t, {
    ...v2Files,
    'docker/buildkit/pids.current': '5',
    'docker/buildkit/cgroup.kill': '',
  })
  const mounts = [{ controllers: [''], root: '/', folder: root }]
  const place = { cgroupParent: '/berth-builds', holdsAll: true, paths: ['berth-builds', 'docker/buildkit'] }
  const cgroup = buildCgroup(place, mounts)
  assert.equal(await cgroup?.emptied(), true, 'those of others are not waited for')
  writeFileSync(join(root, 'berth-builds/pids.current'), '2')
  const emptied = cgroup?.emptied()
  while (read('berth-builds/cgroup.kill') !== '1') await new Promise((resolve) => setTimeout(resolve, 5))
  writeFileSync(join(root, 'berth-builds/pids.current'), '0')
  assert.equal(await emptied, true)
  assert.equal(read('docker/buildkit/cgroup.kill'), '')
})

test('a kernel that hands no controllers down is not taken for one that holds', async (t) => {
  const { root } = kernel(t, { ...v2Files, 'berth-builds/cgroup.controllers': 'cpuset io\n' })
  const mounts = [{ controllers: [''], root: '/', folder: root }]
  const cgroup = buildCgroup({ cgroupParent: '/berth-builds', holdsAll: false, paths: ['berth-builds'] }, mounts)
  await assert.rejects(async () => cgroup?.hold(caps), /controllers cpu, memory, pids|controllers memory, cpu, pids/)
})

test('the engine keeps its containers in the usual place if there is one', async (t) => {
  const usual = kernel(t, { [`memory/docker/${container}/tasks`]: '', 'cpu/x': '', 'pids/x': '' })
  assert.equal(await isEnginePath(v1(usual.root)), true)
  const other = kernel(t, { 'memory/docker/buildkit/tasks': '' })
  assert.equal(await isEnginePath(v1(other.root)), false)
})
