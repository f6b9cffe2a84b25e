import { until } from '../e2e/platform.ts'
import type { Machine } from '../machine.ts'
import { standInName } from './registry-stand-in.ts'

export const volumes = '/var/lib/docker/volumes'
const swarmService = 'com.docker.swarm.service.name'
const isOfTheTest = (name: string) => name.startsWith('/berth-') || name.startsWith(`/${standInName}`)

export async function assertNothingOfBuilds({ docker, exec }: Machine): Promise<void> {
  await until(
    'no container of a build is left',
    async () => {
      const containers = await docker.listContainers({ all: true })
      return containers.filter(({ Labels, Names: [name = ''] }) => !isOfTheTest(name) && !Labels[swarmService])
    },
    (left) => left.length === 0,
  )
  await until(
    'no folder of a build is left',
    // Where nothing was ever built there is no folder for it.
    async () => (await exec(['find', `${volumes}/berth-agent/_data`, '-path', '*/builds/*'])).output.trim(),
    (left) => left === '',
  )
}

export const namelessImages = async ({ docker }: Machine): Promise<string[]> =>
  (await docker.listImages({ filters: { dangling: ['true'] } })).map(({ Id }) => Id).sort()
