import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Build, type Client, createClient, listBuilds } from '@berth/contract'
import Docker from 'dockerode'
import { copyImages, listMissingImages } from '../../packages/installer/src/images/copy-images.ts'
import { createMachines } from '../../packages/installer/src/machines/create-machines.ts'
import { plainGroup, plainSteps } from '../../packages/installer/src/steps.ts'
import { type Outcome, type Platform, startPlatform, until } from '../e2e/platform.ts'
import { buildTestApp } from '../e2e/test-app.ts'
import { type Machine, machineNamed, testSite } from '../machine.ts'
import { startPasswordRegistry } from './password-registry.ts'
import { startRegistryStandIns } from './registry-stand-in.ts'
import { type Files, writeFolder } from './sources.ts'

const silent = () => undefined
const baseImages = ['debian:bookworm-slim', 'node:26-bookworm-slim', 'registry:2']

type Failure = NonNullable<Build['failure']>

/** A platform of two machines, of which one builds while the app `steady` is served by the other. */
export type BuildCluster = {
  platform: Platform
  client: Client
  /** Builds everything but where it is said otherwise; the other has the server and what serves. */
  builder: Machine
  /** Of the sources. */
  folder: string
  /** One that must end well. */
  berth(...argv: string[]): Promise<Outcome>
  archive(name: string, bytes: Buffer): string
  newestBuild(app: string): Promise<Build>
  /** Its failure, with the words that the command printed. */
  failureOf(name: string, files: Files, ...options: string[]): Promise<Failure & { output: string }>
  /** Until the step begins. */
  stepOf(app: string, number: number): Promise<Build>
  answerOf(app: string): Promise<string>
  close(): Promise<void>
}

export async function startBuildCluster(): Promise<BuildCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-builds-'))
  const platform = await startPlatform('machine1')
  const close = async () => {
    await platform.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const client = createClient({ baseUrl: `http://${platform.machine.address}`, token: await platform.token() })
    const builder = await createBuilder(platform, client)
    const uses = usesOf({ platform, client, folder })
    await buildTestApp(platform.machine)
    await uses.berth('deploy', '--image', 'test-app:1', '--port', '8080', '--name', 'steady', '--replicas', '2')
    await uses.berth('machines', 'cordon', 'machine1')
    for (const { docker } of [platform.machine, builder]) {
      await startRegistryStandIns(docker)
      await startPasswordRegistry(docker)
    }
    return { platform, client, builder, folder, close, ...uses }
  } catch (error) {
    await close()
    throw error
  }
}

async function createBuilder(platform: Platform, client: Client): Promise<Machine> {
  const outer = new Docker()
  await platform.giveImages('machine2')
  const context = { outer, site: testSite(platform.runId), imagesFrom: platform.machine.docker, client }
  await createMachines(
    { names: ['machine2'], count: undefined, memoryBytes: undefined, role: 'worker' },
    { ...context, step: plainSteps(silent), group: plainGroup(silent) },
  )
  const builder = await machineNamed('machine2', platform.runId)
  await copyImages(await listMissingImages(builder.docker, baseImages), { from: outer, to: builder.docker })
  return builder
}

/** What is asked of it, and how. */
function usesOf({ platform, client, folder }: Pick<BuildCluster, 'platform' | 'client' | 'folder'>) {
  async function berth(...argv: string[]): Promise<Outcome> {
    const ended = await platform.berth(...argv)
    assert.equal(ended.code, 0, `berth ${argv.join(' ')}\n${ended.stdout}${ended.stderr}`)
    return ended
  }

  function archive(name: string, bytes: Buffer): string {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }

  async function newestBuild(app: string): Promise<Build> {
    const [build] = await client.call(listBuilds, { params: { app }, query: { limit: 1 } })
    return build ?? assert.fail(`${app} has no build`)
  }

  async function failureOf(name: string, files: Files, ...options: string[]) {
    const source = await writeFolder(join(folder, name), files)
    const { code, stdout, stderr } = await platform.berth('deploy', source, '--build-only', ...options)
    const { state, failure } = await newestBuild(name)
    assert.ok(failure, `${state}\n${stdout}${stderr}`)
    assert.ok(code !== 0 && stderr.includes(failure.message), stderr)
    return { ...failure, output: stdout }
  }

  const stepOf = (app: string, number: number) =>
    until(
      `step ${number} of ${app}`,
      () => newestBuild(app),
      ({ steps }) => steps.length >= number,
    )

  async function answerOf(app: string): Promise<string> {
    const { status, body } = await platform.get(`${app}.localhost`)
    return `${status} ${body}`
  }

  return { berth, archive, newestBuild, failureOf, stepOf, answerOf }
}
