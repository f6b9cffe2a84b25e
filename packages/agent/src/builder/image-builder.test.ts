import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { BuildkitBuild, BuiltImage, ImageBuildListener } from '@berth/engine'
import { openImageBuilder } from './image-builder.ts'

const never = new AbortController().signal
const log = { debug() {}, info() {}, warn() {}, error() {} }
const files = {
  'memory/berth-builds/memory.limit_in_bytes': '9',
  'cpu/berth-builds/cpu.cfs_period_us': '100000',
  'cpu/berth-builds/cpu.cfs_quota_us': '-1',
  'pids/berth-builds/pids.max': 'max',
  'pids/berth-builds/pids.current': '0',
}
const build = {
  ...{ context: Readable.from([]), dockerfile: 'Dockerfile', dockerfileText: 'FROM x\n', args: {}, app: 'shop' },
  ...{ noCache: false, credentials: [], memoryBytes: 256 * 1024 ** 2, cpuMillis: 1_000, secrets: { TOKEN: 's3cret' } },
}

type Played = (build: BuildkitBuild, listener: ImageBuildListener) => Promise<BuiltImage>

async function setUp(
  t: TestContext,
  { takesCgroupParent = true, play }: { takesCgroupParent?: boolean; play?: Played },
) {
  const root = mkdtempSync(join(tmpdir(), 'berth-builder-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const mounts = ['memory', 'cpu', 'pids'].map((name) => ({ controllers: [name], root: '/', folder: join(root, name) }))
  const asked: string[] = []
  const builder = await openImageBuilder(
    {
      ...{ mounts, log, cache: { begin: async () => ({ end: async () => undefined }) } },
      engine: {
        buildkitTraits: async () => ({ cgroupDriver: 'systemd', takesCgroupParent }),
        listBuildCache: async () => [],
        async buildImage() {
          asked.push('classic')
          return { kind: 'built', imageId: 'sha256:aa' }
        },
        async buildWithBuildkit(how, listener) {
          asked.push(`buildkit ${how.cgroupParent} ${readLimit()}`)
          return play ? play(how, listener) : { kind: 'built', imageId: 'sha256:bb' }
        },
      },
    },
    never,
  )
  const readLimit = () => readFileSync(join(root, 'memory/berth-builds/memory.limit_in_bytes'), 'utf8')
  const heard: string[] = []
  const listener: ImageBuildListener = {
    onLines: (lines) => void heard.push(...lines),
    onSteps: (steps) => void heard.push(...steps.map(({ title }) => title)),
  }
  const run = (change: Partial<typeof build> = {}) => builder.buildImage({ ...build, ...change }, listener, never)
  return { builder, run, asked, heard, readLimit }
}

test('BuildKit builds where it can be held, under the limits of the build and for no longer', async (t) => {
  const { builder, run, asked, readLimit } = await setUp(t, {})
  assert.equal(builder.kind, 'buildkit')
  assert.equal((await run()).kind, 'built')
  assert.deepEqual(asked, ['buildkit /berth-builds 268435456'])
  assert.equal(readLimit(), '-1')
})

test('where it cannot, the classic builder builds, but nothing with secrets', async (t) => {
  const { builder, run, asked } = await setUp(t, { takesCgroupParent: false })
  assert.equal(builder.kind, 'classic')
  const refused = await run()
  assert.ok(refused.kind === 'failed' && refused.failure.code === 'secrets_unsupported')
  assert.deepEqual(asked, [])
  assert.equal((await run({ secrets: {} as typeof build.secrets })).kind, 'built')
  assert.deepEqual(asked, ['classic'])
})

test('a secret that a build writes is in no line, no step and no failure', async (t) => {
  const { run, heard } = await setUp(t, {
    async play(_build, { onLines, onSteps }) {
      await onLines(['token is s3cret'])
      const step = { state: 'running' as const, isCached: false, startedAt: '', finishedAt: null }
      await onSteps([{ ...step, title: 'RUN echo s3cret' }])
      return { kind: 'failed', failure: { code: 'command_failed', message: 'echo s3cret failed', hint: null } }
    },
  })
  const outcome = await run()
  assert.deepEqual(heard, ['token is ***', 'RUN echo ***'])
  assert.ok(outcome.kind === 'failed')
  assert.equal(outcome.failure.message, 'echo *** failed')
})

test('a Dockerfile that brings a reader of its own is refused where that would run unheld', async (t) => {
  const { run, asked } = await setUp(t, {})
  const outcome = await run({ dockerfileText: '# syntax=evil/reader\nFROM x\n' })
  assert.ok(outcome.kind === 'failed')
  assert.match(outcome.failure.message, /evil\/reader/)
  assert.deepEqual(asked, [])
})

test('limits are lifted again however a build ends', async (t) => {
  const { run, readLimit } = await setUp(t, { play: () => Promise.reject(new Error('the engine is gone')) })
  await assert.rejects(run(), /gone/)
  assert.equal(readLimit(), '-1')
})
