import Docker from 'dockerode'
import { pack } from 'tar-stream'
import type { Machine } from '../../tests/machine.ts'
import type { Platform } from '../harness/platform.ts'
import type { Files } from './sample-app.ts'

const service = 'by-hand'
export const handPort = 8095

/** What one would type without Berth on the same engine; one machine needs no registry. */
export async function deployByHand(machine: Machine, folder: string, tag: string, isCold: boolean): Promise<void> {
  const image = `${service}:${tag}`
  await run(machine, ['docker', 'build', ...(isCold ? ['--no-cache'] : []), '--tag', image, folder])
  if (await isThere(machine)) {
    await run(machine, ['docker', 'service', 'update', '--detach', '--no-resolve-image', '--image', image, service])
    return
  }
  const create = ['docker', 'service', 'create', '--detach', '--no-resolve-image', '--name', service]
  await run(machine, [...create, '--publish', `mode=host,target=8080,published=${handPort}`, image])
}

const isThere = async (machine: Machine) =>
  (await machine.exec(['docker', 'service', 'inspect', service])).exitCode === 0

async function run(machine: Machine, argv: string[]) {
  const { exitCode, output } = await machine.exec(argv)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${output}`)
}

/** Into the machine, where one would type. */
export async function writeOn({ machine, runId }: Pick<Platform, 'machine' | 'runId'>, folder: string, files: Files) {
  const archive = pack()
  for (const [name, text] of Object.entries(files)) archive.entry({ name: `${folder}/${name}` }, text)
  archive.finalize()
  const outer = new Docker()
  const [found] = await outer.listContainers({
    filters: { label: [`berth.machine=${machine.name}`, `berth.test=${runId}`] },
  })
  if (!found) throw new Error(`No container is ${machine.name}`)
  await outer.getContainer(found.Id).putArchive(archive as unknown as NodeJS.ReadableStream, { path: '/' })
}
