import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Cleanup, CleanupStep, Disk } from '@berth/contract'
import type Docker from 'dockerode'
import { type Outcome, type Platform, startPlatform, until } from './e2e/platform.ts'
import { buildTestApp } from './e2e/test-app.ts'

const MiB = 1024 ** 2
const folder = mkdtempSync(join(tmpdir(), 'berth-cleanup-'))
const appImage = /^127\.0\.0\.1:5000\/shop@sha256:/
let platform: Platform
let docker: Docker

before(async () => {
  platform = await startPlatform('machine1')
  docker = platform.machine.docker
  await buildTestApp(platform.machine)
  writeFileSync(join(folder, 'big.bin'), randomBytes(8 * MiB))
  writeFileSync(join(folder, 'server.mjs'), server)
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  await berth('deploy', '--image', 'test-app:1', '--port', '8080', '--name', 'steady')
  await deployShop()
})
after(async () => {
  await platform?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const server = `import { createServer } from 'node:http'
process.on('SIGTERM', () => process.exit(0))
createServer((_, answer) => answer.end('shop')).listen(8080)
`
const dockerfile = `FROM node:26-bookworm-slim
COPY big.bin server.mjs /app/
RUN echo one > /one
RUN echo two > /two
USER node
EXPOSE 8080
CMD ["node", "/app/server.mjs"]
`

/** One that must end well. */
async function berth(...argv: string[]): Promise<Outcome> {
  const ended = await platform.berth(...argv)
  assert.equal(ended.code, 0, `berth ${argv.join(' ')}\n${ended.stdout}${ended.stderr}`)
  return ended
}
const deployShop = () => berth('deploy', folder, '--name', 'shop')
const clean = async (...argv: string[]): Promise<Cleanup> =>
  JSON.parse((await berth('disk', 'clean', '--json', ...argv)).stdout)
const images = async () => (await docker.listImages({ all: true })).map(({ Id }) => Id).sort()
const stepsOf = (steps: readonly CleanupStep[], kind: CleanupStep['kind']) => steps.filter((step) => step.kind === kind)

/** Follows a stream of the engine to its end. */
async function finished(stream: NodeJS.ReadableStream): Promise<{ aux?: { ID?: string } }[]> {
  const output = await new Promise<{ aux?: { ID?: string }; error?: string }[]>((resolve, reject) =>
    docker.modem.followProgress(stream, (error, found) => (error ? reject(error) : resolve(found))),
  )
  const failed = output.find(({ error }) => error)
  return failed ? assert.fail(failed.error) : output
}

const noCredentials = { username: '', password: '', serveraddress: '' }

/** What people have on the machine beside Berth. */
async function foreignThings() {
  const steady = docker.getImage('test-app:1')
  await steady.tag({ repo: 'mine', tag: 'kept' })
  await steady.tag({ repo: '127.0.0.1:5000/theirs', tag: 'v1' })
  await finished(await docker.getImage('127.0.0.1:5000/theirs:v1').push({ authconfig: noCredentials }))
  // The same beginning, built by hand: the engine takes Berth's own step for its cache.
  const shared = ['FROM node:26-bookworm-slim', 'COPY big.bin server.mjs /app/']
  const onShared = await buildByHand([...shared, 'RUN echo by hand > /hand'])
  const dangling = await buildByHand(['FROM debian:bookworm-slim', 'RUN echo dangling > /dangling'])
  const inUse = await buildByHand(['FROM debian:bookworm-slim', 'RUN echo in use > /in-use'])
  const stopped = await docker.createContainer({ Image: inUse, Cmd: ['true'] })
  return { images: [onShared, dangling, inUse], containerId: stopped.id }
}

async function buildByHand(lines: readonly string[]): Promise<string> {
  writeFileSync(join(folder, 'Dockerfile.hand'), lines.join('\n'))
  const src = ['Dockerfile.hand', 'big.bin', 'server.mjs']
  const stream = await docker.buildImage(
    { context: folder, src },
    { dockerfile: 'Dockerfile.hand', networkmode: 'host' },
  )
  const output = await finished(stream)
  return output.findLast(({ aux }) => aux?.ID)?.aux?.ID ?? assert.fail(JSON.stringify(output))
}

async function shopImage(): Promise<{ id: string; name: string }> {
  const [found = assert.fail('shop has no image')] = await docker.listImages({
    filters: { reference: ['127.0.0.1:5000/shop'] },
  })
  return {
    id: found.Id,
    name: found.RepoDigests?.find((name) => appImage.test(name)) ?? assert.fail('it has no digest'),
  }
}

const untilUnused = (image: string) =>
  until(
    'its instances are gone',
    async () => (await docker.listContainers({ all: true, filters: { ancestor: [image] } })).length,
    (count) => count === 0,
  )

const untilAnswers = (app: string) =>
  until(
    `${app} answers`,
    async () => (await platform.get(`${app}.localhost`)).status,
    (status) => status === 200,
  )

test('nothing that serves goes, and a dry run tells nothing of it', async () => {
  const before = await images()
  const { steps } = await clean('--dry-run')
  assert.deepEqual(steps, [])
  const disk: Disk = JSON.parse((await berth('disk', '--json')).stdout)
  const [{ uses, state, totalBytes } = assert.fail('no machine')] = disk.machines
  assert.ok(uses.some(({ kind, app, sizeBytes }) => kind === 'images' && app === 'shop' && sizeBytes > 8 * MiB))
  assert.ok(uses.some(({ kind, app, sizeBytes }) => kind === 'registry' && app === 'shop' && sizeBytes > 8 * MiB))
  assert.ok(state !== 'unknown' && totalBytes)
  await clean('--yes')
  assert.deepEqual(await images(), before)
})

test('an app that was removed leaves nothing, and what people have beside it stays', async () => {
  const [ours, theirs] = [await shopImage(), await foreignThings()]
  await berth('rm', 'shop', '--yes')
  await untilUnused(ours.id)

  const plan = await clean('--dry-run')
  assert.match(stepsOf(plan.steps, 'remove_images')[0]?.images[0] ?? '', appImage)
  assert.ok(stepsOf(plan.steps, 'remove_from_registry').some(({ sizeBytes }) => sizeBytes > 8 * MiB))
  assert.ok(plan.steps.every(({ app }) => app === 'shop' || app === null))
  assert.ok((await images()).includes(ours.id), 'it was a dry run')

  const before = await docker.listImages({ all: true })
  const done = await clean('--yes')
  assert.deepEqual(done.refusals, [])
  assert.ok(done.freedBytes > 8 * MiB)
  const left = new Set(await images())
  assert.ok(!left.has(ours.id))
  for (const { Id, RepoTags } of before.filter((image) => !left.has(image.Id))) {
    assert.ok(
      (RepoTags ?? []).every((tag) => tag.startsWith('<none>')),
      `${RepoTags} had a name`,
    )
    assert.ok(!before.some(({ Id: child, ParentId }) => ParentId === Id && left.has(child)), `${Id} was built on`)
  }
  for (const id of theirs.images) assert.ok(left.has(id))
  await docker.getContainer(theirs.containerId).inspect()
  for (const name of ['mine:kept', 'test-app:1']) await docker.getImage(name).inspect()
  await docker.getImage('127.0.0.1:5000/theirs:v1').remove()
  await finished(await docker.pull('127.0.0.1:5000/theirs:v1'))
  await untilAnswers('steady')
  assert.match((await berth('activity')).stdout, /disk cleaned up .* machine1: images of shop/)
  assert.deepEqual((await clean('--dry-run')).steps, [])
})

test('the images of the last ten releases stay, and a rollback to an older one is refused before anything starts', async () => {
  for (let version = 2; version <= 12; version++) {
    const image = `steady:${version}`
    writeFileSync(join(folder, 'Dockerfile.hand'), `FROM test-app:1\nLABEL version=${version}\n`)
    await finished(
      await docker.buildImage(
        { context: folder, src: ['Dockerfile.hand'] },
        { dockerfile: 'Dockerfile.hand', t: image },
      ),
    )
    await berth('deploy', '--name', 'steady', '--image', image)
    await docker.getImage(image).remove()
  }
  const ofSteady = ({ steps }: Cleanup) =>
    steps.filter(({ app }) => app === 'steady').map(({ kind, images: { length } }) => [kind, length])
  assert.deepEqual((await clean('--yes', '--app', 'steady')).refusals, [])
  assert.deepEqual(ofSteady(await clean('--dry-run')), [])
  const { stdout } = await berth('releases', 'steady')
  assert.deepEqual(
    stdout.split('\n').flatMap((line) => (line.includes('no image any more') ? [line.split(' ')[0]] : [])),
    ['v2', 'v1'],
  )
  const refused = await platform.berth('rollback', 'steady', 'v2')
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /image of v2 of steady was removed/)
  await berth('rollback', 'steady', 'v3')
  await untilAnswers('steady')
})

test('layers that the registry has removed are pushed again with the next image that has them', async () => {
  await deployShop()
  await untilAnswers('shop')
  const { id, name } = await shopImage()
  // So that only the registry can give it: all that this machine has beside what runs goes first.
  await berth('stop', 'shop')
  await untilUnused(name)
  await docker.pruneImages({ filters: { dangling: { false: true } } })
  assert.ok(!(await images()).includes(id))
  await berth('start', 'shop')
  await untilAnswers('shop')
})
