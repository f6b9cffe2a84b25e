import { PlatformError } from '@berth/contract'
import { type ClusterState, parseImageName } from '@berth/engine'
import type { AgentConnection } from '../agents/agent-registry.ts'
import type { AppRow } from '../apps/app-store.ts'
import { type Caller, includes } from '../gate/caller.ts'
import type { ReleaseRow } from '../releases/release-store.ts'

/** The service that is named, or the app's face, and the release that it is of. */
export function serviceOf(app: string, release: ReleaseRow | undefined, service: string | undefined) {
  if (!release) {
    throw new PlatformError('release_not_found', `App ${app} has no release yet, and so no image`, {
      hint: `berth deployments ${app} says how far its first deployment has come`,
    })
  }
  const named = service === undefined ? release.services[0] : release.services.find(({ name }) => name === service)
  if (named) return { version: release.version, service: named }
  const names = release.services.map(({ name }) => name)
  throw new PlatformError('invalid_request', `App ${app} has no service ${service}`, {
    hint: `It has ${names.join(', ')}`,
  })
}

export const imageOfService = (...asked: Parameters<typeof serviceOf>): string =>
  serviceOf(...asked).service.imageDigest

type Machines = [AgentConnection, ...AgentConnection[]]

/** Best first: those where it runs, then managers, which have what was not deployed by Berth. */
export function machinesFor(
  image: string,
  agents: readonly AgentConnection[],
  state: ClusterState | undefined,
): Machines {
  const running = new Set((state?.instances ?? []).filter((it) => it.image === image).map((it) => it.machineId))
  const rank = ({ machineId, isManager }: AgentConnection) => (running.has(machineId) ? 2 : 0) + (isManager ? 1 : 0)
  const [first, ...others] = agents.toSorted((a, b) => rank(b) - rank(a))
  if (first) return [first, ...others]
  throw new PlatformError('engine_unavailable', 'No machine is connected', { hint: 'See `berth machines`' })
}

/** Not the images of apps that one may not deploy, as their instructions and files tell much. */
export async function mayAnalyse(
  image: string,
  { accessTo, isAdmin }: Pick<Caller, 'accessTo' | 'isAdmin'>,
  findApp: (name: string) => Promise<Pick<AppRow, 'project'> | undefined>,
): Promise<boolean> {
  const { registry, repository } = parseImageName(image)
  if (isAdmin || registry !== ownRegistry) return true
  const app = await findApp(repository.split('/')[0] ?? '')
  const access = app ? accessTo(app.project) : null
  return access !== null && includes(access, 'deploy')
}

const ownRegistry = '127.0.0.1:5000'

export const noneHasIt = (image: string) =>
  new PlatformError('image_not_found', `No machine has an image ${image}`, {
    hint: 'Only what is on a machine already is analysed: pull it there with `docker pull`, or deploy it first',
  })
