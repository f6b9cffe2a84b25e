import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { machineEngine } from '@berth/engine'
import { packFolder, planPacking } from '@berth/source'
import { imageAnalyser } from '../packages/agent/src/image-analysis/image-analyser.ts'
import { followImageStream } from '../packages/installer/src/base-images/image-stream.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'

const runId = `images-${randomUUID().slice(0, 8)}`
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

let machine: Machine
before(async () => {
  machine = await createMachine({ name: 'analyst', runId, images: [base] })
  const folder = await mkdtemp(join(tmpdir(), 'berth-images-'))
  await writeFile(join(folder, 'app.bin'), Buffer.alloc(3 * MiB, 'berth'))
  await writeFile(join(folder, 'Dockerfile'), dockerfile.join('\n'))
  const context = packFolder(await planPacking(folder))
  const stream = await machine.docker.buildImage(context, { t: 'known:1', forcerm: true, networkmode: 'host' })
  await followImageStream(machine.docker, stream, () => {})
  await rm(folder, { recursive: true })
})
after(() => removeMachines(runId))

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
  assert.equal((await machine.docker.listContainers({ all: true })).length, 0)
})
