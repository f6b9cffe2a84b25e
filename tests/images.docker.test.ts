import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Slimming } from '@berth/contract'
import { machineEngine, trialEngine } from '@berth/engine'
import { packFolder, planPacking } from '@berth/source'
import { imageAnalyser } from '../packages/agent/src/image-analysis/image-analyser.ts'
import { aFile, aFolder, bytesOf } from '../packages/agent/src/image-analysis/test-image.ts'
import { listEntries } from '../packages/agent/src/image-slimming/flat-entries.ts'
import { makeSlimImage } from '../packages/agent/src/image-slimming/make-slim-image.ts'
import { measureLayer, packSlimImage, slimConfig } from '../packages/agent/src/image-slimming/slim-archive.ts'
import { planSlim } from '../packages/agent/src/image-slimming/slim-plan.ts'
import { withoutEntries } from '../packages/agent/src/image-slimming/tar-filter.ts'
import { attributes, capability, joined, piecesOf } from '../packages/agent/src/image-slimming/test-tar.ts'
import { followImageStream } from '../packages/installer/src/base-images/image-stream.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import type { Machine } from './machine.ts'

const base = 'debian:bookworm-slim'
const MiB = 1024 ** 2

/** Whose numbers are worked out by hand: what each instruction after the base writes is known to the byte. */
const dockerfile = [
  `FROM ${base}`,
  'COPY app.bin /srv/app.bin',
  'COPY app.bin /srv/copy.bin',
  'RUN head -c 2000000 /dev/zero > /srv/cache && head -c 1000000 /dev/zero > /var/lib/apt/lists/main',
  'RUN rm -rf /srv/cache && chmod 600 /srv/app.bin',
]

let platform: Platform
let machine: Machine
let scratch: string
before(async () => {
  platform = await startPlatform('images')
  machine = platform.machine
  scratch = await mkdtemp(join(tmpdir(), 'berth-images-'))
  await writeFile(join(scratch, 'app.bin'), Buffer.alloc(3 * MiB, 'berth'))
  await writeFile(join(scratch, 'Dockerfile'), dockerfile.join('\n'))
  await Promise.all([build('known:1', scratch), build('shop:1', join(import.meta.dirname, 'images/slim'))])
})
after(async () => {
  await platform?.remove()
  await rm(scratch, { recursive: true, force: true })
})

async function build(name: string, folder: string) {
  const context = packFolder(await planPacking(folder))
  const stream = await machine.docker.buildImage(context, { t: name, forcerm: true, networkmode: 'host' })
  await followImageStream(machine.docker, stream, () => {})
}

const analyser = () => imageAnalyser({ engine: machineEngine({ docker: machine.docker }) })

test('an image that is known to the byte is analysed to the byte', { timeout: 60_000 }, async () => {
  const words: string[] = []
  const context = { signal: new AbortController().signal, emit: (text: string) => words.push(text) }
  const analyse = analyser()
  const [below, found] = [await analyse(base, context), await analyse('known:1', context)]
  const history = (await machine.docker.getImage('known:1').history()) as { Size: number }[]
  const engineSizes = history.map(({ Size }) => Size).toReversed()
  const ownLayers = found.layers.slice(-4)
  assert.deepEqual(
    ownLayers.map(({ sizeBytes }) => sizeBytes),
    [3 * MiB, 3 * MiB, 3_000_000, 3 * MiB],
  )
  assert.deepEqual(engineSizes.slice(-4), [3 * MiB, 3 * MiB, 3_000_000, 3 * MiB], 'the engine counts the same')
  assert.match(words.join(), /^reading /)
  const deleted = 2_000_000
  assert.equal(found.wastedBytes - below.wastedBytes, deleted + 3 * MiB)
  assert.deepEqual(
    ownLayers.map(({ wastedBytes }) => wastedBytes),
    [3 * MiB, 0, deleted, 0],
  )
  // Of the file that was only changed in its mode one copy is needed, of the deleted one nothing.
  const needed = below.efficiency * below.sizeBytes + 2 * 3 * MiB + 1_000_000
  assert.equal(found.efficiency.toFixed(9), (needed / found.sizeBytes).toFixed(9))
  assert.deepEqual(
    found.wastedFiles.slice(0, 2).map(({ path, isDeleted, wastedBytes }) => [path, isDeleted, wastedBytes]),
    [
      ['srv/app.bin', false, 3 * MiB],
      ['srv/cache', true, deleted],
    ],
  )
  const copies = found.duplicates.find(({ sizeBytes }) => sizeBytes === 3 * MiB)
  assert.deepEqual(copies?.paths, ['srv/app.bin', 'srv/copy.bin'])
  assert.equal(found.leftovers.find(({ kind }) => kind === 'package_lists')?.sizeBytes, 1_000_000)
})

test('an analysis that is cancelled leaves nothing behind, and the next one works', { timeout: 60_000 }, async () => {
  const stop = new AbortController()
  const analyse = analyser()
  const cancelled = analyse('known:1', { signal: stop.signal, emit: () => stop.abort(new Error('enough')) })
  await assert.rejects(cancelled, { message: 'enough' })
  assert.ok((await analyse('known:1', { signal: new AbortController().signal, emit() {} })).sizeBytes > 9 * MiB)
})

const never = new AbortController().signal

/** All that trials make. */
async function trialsLeft() {
  const filters = { label: ['berth.role=trial'] }
  const [containers, networks, images] = await Promise.all([
    machine.docker.listContainers({ all: true, filters }),
    machine.docker.listNetworks({ filters }),
    machine.docker.listImages({ filters: { reference: ['berth-trial'] } }),
  ])
  return [...containers, ...networks, ...images].length
}

const deploy = (...argv: string[]) => platform.berth('deploy', '--image', 'shop:1', '--port', '8080', ...argv)

test('an image with all that a file can be is the same afterwards, byte for byte', { timeout: 60_000 }, async () => {
  const engine = trialEngine({ docker: machine.docker })
  const layer = joined(
    await piecesOf([aFolder('data'), { ...aFile('data/own', bytesOf(5000)), uid: 1000, gid: 2000, mode: 0o640 }]),
    await attributes(capability),
    await piecesOf([
      { ...aFile('ping', bytesOf(700)), mode: 0o755 },
      { ...aFile('sudo', 'x'), mode: 0o4755 },
      { name: 'sudoedit', type: 'link', linkname: 'sudo' },
      { ...aFolder('tmp'), mode: 0o1777 },
      aFile('tmp/gone', bytesOf(3000)),
      aFile(`srv/${'long/'.repeat(40)}ünïcode`, 'y'),
      { name: 'pipe', type: 'fifo' },
      { name: 'zero', type: 'symlink', linkname: '/dev/zero' },
    ]),
  )
  const content = () => Readable.from([layer], { objectMode: false })
  const measured = await measureLayer(content())
  const [like] = [await engine.describeImage(base)]
  assert.ok(like)
  const config = slimConfig({ ...like, config: { User: '7', StopSignal: 'SIGQUIT', Cmd: ['a $b'] } }, measured, {
    ...{ app: 'odd', image: 'none', createdAt: new Date().toISOString() },
  })
  const archive = packSlimImage({ name: 'odd:1', config, layer: measured, content: content() }, (error) =>
    assert.fail(String(error)),
  )
  await engine.loadTrialImage(archive, 'odd:1')
  const original = (await engine.describeImage('odd:1')) ?? assert.fail('not loaded')
  const rules = { isAggressive: false, isTranslated: false }
  const folder = await mkdtemp(join(scratch, 'slim-'))
  const { slim, leftOut } = await makeSlimImage(
    { image: 'odd:1', original, name: 'berth-trial:odd', app: 'odd', rules },
    { engine, folder, emit() {} },
    never,
  )
  const filesOf = async (imageId: string) => {
    const tar = await buffer(await engine.flattenImage(imageId))
    const read = () => Readable.from([tar], { objectMode: false })
    const entries = await listEntries(read())
    const plan = planSlim(entries, rules)
    // What the engine mounts upon has the time at which each container was made.
    const isOfEngine = (index: number) => /^(dev|etc|proc|sys)(\/|$)/.test(entries[index]?.path ?? '')
    const isLeftOut = (index: number) => plan.isLeftOut(index) || isOfEngine(index)
    return buffer(withoutEntries(read(), { ...plan, isLeftOut }))
  }
  const [before, after] = [await filesOf(original.imageId), await filesOf(slim.imageId)]
  assert.ok(before.includes(capability))
  assert.ok(before.equals(after))
  assert.deepEqual(
    leftOut.map(({ sizeBytes }) => sizeBytes),
    [3000],
  )
  assert.deepEqual({ ...slim.config, Labels: null }, { ...original.config, Labels: null })
  await engine.removeTrials()
  assert.equal(await trialsLeft(), 0)
})

test("an app's image is made smaller, proven and deployed", { timeout: 120_000 }, async () => {
  const deployed = await deploy('--name', 'shop')
  assert.equal(deployed.code, 0, deployed.stderr)
  const wanted = (await platform.get('shop.localhost')).body
  const { code, stdout, stderr } = await platform.berth(
    ...['image', 'slim', 'shop', '--path', '/time', '--path', '/start', '--path', '/missing', '--deploy'],
  )
  assert.equal(code, 0, `${stdout}${stderr}`)
  assert.match(stdout, /^After .* in 1 layer, \d\d?\.\d % smaller$/m)
  assert.match(stdout, /^Squashed +(7\.6|8|9)\S* MiB /m)
  assert.match(stdout, /^19(\.1)? MiB +1 +language cache +\/root\/\.npm\/_cacache$/m)
  assert.match(stdout, /✓ GET \/: 200, text\/plain, the same /)
  assert.match(stdout, /– GET \/time: .*changes with each request/)
  assert.match(stdout, /– GET \/start: .*changes with each start/)
  assert.match(stdout, /✓ GET \/missing: 404/)
  assert.match(stdout, /volumes of their own at \/data/)
  assert.match(stdout, /shop v2 answers/)
  assert.equal((await platform.get('shop.localhost')).body, wanted)
  const [running] = await machine.docker.listContainers({ filters: { label: ['berth.app=shop', 'berth.release=2'] } })
  const { RootFS } = await machine.docker.getImage(running?.ImageID ?? '').inspect()
  assert.equal(RootFS.Layers?.length, 1)
  assert.equal(await trialsLeft(), 0)
})

test('one that its app cannot do with is refused, and the original goes on', { timeout: 120_000 }, async () => {
  const deployed = await deploy('--name', 'reader', '--env', 'MANUAL=/usr/share/doc/app/manual.txt')
  assert.equal(deployed.code, 0, deployed.stderr)
  const { code, stdout, stderr } = await platform.berth('image', 'slim', 'reader', '--deploy')
  assert.equal(code, 1, `${stdout}${stderr}`)
  assert.match(stdout, /✗ The smaller image ended with exit code 1 .*while the original comes up/)
  assert.match(stderr, /not proven, and gone again\. reader goes on as it is/)
  assert.match((await platform.get('reader.localhost')).body, /^read me/)
  assert.equal(JSON.parse((await platform.api('GET', '/v1/apps/reader')).body).releaseVersion, 1)
  assert.equal(await trialsLeft(), 0)
})

test('nothing stays of one that is cancelled, nor when the agent dies over it', { timeout: 120_000 }, async () => {
  const cancelled = await beginSlimming('reader')
  await platform.api('POST', `/v1/apps/reader/slimmings/${cancelled.id}/cancel`)
  assert.match((await cancelled.outcome).stderr, /Cancelled by /)
  await until('what was cancelled is gone', trialsLeft, (count) => count === 0)
  const orphaned = await beginSlimming('reader')
  const { State } = await machine.docker.getContainer('berth-agent').inspect()
  await machine.exec(['kill', '-9', String(State.Pid)])
  assert.equal((await orphaned.outcome).code, 1)
  await until('what the agent left is gone', trialsLeft, (count) => count === 0)
})

/** One that is followed by a person, as soon as it runs something. */
async function beginSlimming(app: string) {
  const outcome = platform.berth('image', 'slim', app)
  const list = async (): Promise<Slimming[]> =>
    JSON.parse((await platform.api('GET', `/v1/apps/${app}/slimmings`)).body)
  const isStarting = ([newest]: Slimming[]) =>
    newest?.state === 'running' && newest.detail?.startsWith('starting') === true
  const [newest] = await until('a trial starts', list, isStarting)
  await until('a trial runs', trialsLeft, (count) => count > 0)
  return { id: newest?.id, outcome }
}
