import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  detectSource,
  folderView,
  packFolder,
  planPacking,
  renderDockerfile,
  renderDockerignore,
  type SourceService,
  unpackArchive,
} from '@berth/source'
import Docker from 'dockerode'
import { ensureBaseImages } from '../../packages/installer/src/base-images/ensure-base-images.ts'
import { followImageStream } from '../../packages/installer/src/base-images/image-stream.ts'
import { createMachine, type Machine, removeMachines } from '../machine.ts'

export type Files = Readonly<Record<string, string | Buffer>>

export type Built = {
  service: SourceService
  /** The instructions that were taken from an earlier build. */
  kept: string[]
}

export type SourceBuilder = Awaited<ReturnType<typeof startSourceBuilder>>

/** A machine with images to build on, and the whole way of a source: packed here, unpacked and looked at, built there. */
export async function startSourceBuilder(images: readonly string[]) {
  const cacheDir = join(process.env.BERTH_STATE_DIR || '/var/lib/berth', 'cache')
  await ensureBaseImages({ docker: new Docker(), cacheDir, names: images, onProgress: () => {} })
  const runId = `source-${randomUUID().slice(0, 8)}`
  const machine = await createMachine({ name: 'builder', runId, images })
  const scratch = await mkdtemp(join(tmpdir(), 'berth-source-'))
  return {
    build: (name: string, files: Files) => build(machine, join(scratch, name), files),
    start: (name: string, port: number | null) => start(machine, name, port),
    run: (image: string, argv: string[]) => run(machine, image, argv),
    async remove() {
      await removeMachines(runId)
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

async function build({ docker }: Machine, place: string, files: Files): Promise<Built> {
  const [folder, archive, source] = [`${place}-app`, `${place}.tar.gz`, `${place}-source`]
  await rm(source, { recursive: true, force: true })
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  await writeFile(archive, packFolder(await planPacking(folder)))
  await unpackArchive(archive, source)
  const [service] = (await detectSource(folderView(source))).services
  assert.ok(service?.build.kind === 'recipe')
  await writeFile(join(source, 'Dockerfile'), renderDockerfile(service.build.detected))
  await writeFile(join(source, '.dockerignore'), renderDockerignore(service.build.detected.recipe))
  return { service, kept: await buildImage(docker, place.replace(/^.*\//, ''), source) }
}

/** By the classic builder, which every engine has. */
async function buildImage(docker: Docker, name: string, source: string): Promise<string[]> {
  const context = packFolder(await planPacking(source, { usesGitIgnore: false }))
  const stream = await docker.buildImage(context, { t: name, version: '1', forcerm: true, networkmode: 'host' })
  const said: string[] = []
  await followImageStream(docker, stream, (words) => said.push(...words.split('\n')))
  return said.flatMap((line, at) => (/Using cache/.test(said[at + 1] ?? '') ? line.replace(/^Step [\d/]+ : /, '') : []))
}

async function start(machine: Machine, name: string, port: number | null) {
  const container = await machine.docker.createContainer({
    Image: name,
    // As the services of Berth have it.
    HostConfig: { Init: true, PortBindings: { [`${port}/tcp`]: [{ HostPort: '' }] } },
  })
  await container.start()
  const { NetworkSettings } = await container.inspect()
  const hostPort = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort
  const base = `http://${machine.address}:${hostPort}`
  return {
    get: (path: string) => fetch(`${base}${path}`, { redirect: 'manual' }),
    ready: () => answers(base, container),
    userId: () => run(machine, name, ['id', '-u']),
    /** Its exit code: 137 where it did not hear that it shall stop. */
    async stop() {
      await container.stop({ t: 20 })
      const { State } = await container.inspect()
      await container.remove({ v: true })
      return State.ExitCode
    },
  }
}

/** Its first answer, or what it said instead. */
async function answers(url: string, container: Docker.Container): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return
    const { State } = await container.inspect()
    if (!State.Running || Date.now() > deadline) {
      const log = await container.logs({ stdout: true, stderr: true })
      assert.fail(`It does not answer (${State.Status}):\n${log.toString('utf8')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What a program in the image prints. */
async function run(machine: Machine, image: string, argv: string[]): Promise<string> {
  const [program = '', ...others] = argv
  const command = ['docker', 'run', '--rm', '--entrypoint', program, image, ...others]
  const { exitCode, output } = await machine.exec(command)
  assert.equal(exitCode, 0, output)
  return output.trim()
}
