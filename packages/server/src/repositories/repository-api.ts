import {
  addRepository,
  listRepositories,
  PlatformError,
  placeOf,
  type Repository,
  type RepositoryAnswer,
  type RepositoryCredentials,
  type RequestOf,
  removeRepository,
  testRepository,
} from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import { fingerprintsOf, makeDeployKey } from './deploy-key.ts'
import type { NewRepository, RepositoryRow, RepositoryStore } from './repository-store.ts'
import type { AskRepository } from './repository-trial.ts'

type Deps = {
  repositories: RepositoryStore
  ask: AskRepository
  activity: Pick<ActivityStore, 'add'>
}

export const repositoryApi = ({ repositories, ask, activity }: Deps) => [
  handle(listRepositories, async () => (await repositories.list()).map(viewRepository)),

  handle(addRepository, async ({ body: { prefix, project, credentials }, caller, signal }) => {
    checkFit(prefix, credentials.kind)
    const made = await (credentials.kind === 'password'
      ? tried(prefix, credentials, ask, signal)
      : newDeployKey(prefix, ask, signal))
    const row = await repositories.save({ prefix, project, createdBy: caller.name, ...made })
    await activity.add({ actor: caller.name, kind: 'repository_added', project, detail: row.prefix })
    return viewRepository(row)
  }),

  handle(testRepository, async ({ params: { repositoryId: id }, body: { url, acceptsHostKey }, signal }) => {
    const row = await repositories.get(id)
    const repository = await repositories.credentialsOf(id)
    const asked = acceptsHostKey ? withoutPins(repository) : repository
    const { hostKeys, refusal } = await ask({ url: url ?? row.prefix, repository: asked }, signal)
    const pinned = acceptsHostKey && hostKeys ? await repositories.pinHost(id, hostKeys) : row
    if (refusal?.fault === 'missing' && !url) throw noneToTry(row.prefix)
    if (refusal) throw refused(refusal)
    return viewRepository(pinned)
  }),

  handle(removeRepository, async ({ params, caller }) => {
    const { id, prefix, project } = await repositories.get(params.repositoryId)
    await repositories.remove(id)
    await activity.add({ actor: caller.name, kind: 'repository_removed', project, detail: prefix })
    return { removed: true as const }
  }),
]

type Made = Pick<NewRepository, 'credentials' | 'publicKey'>
type Given = Extract<RequestOf<typeof addRepository>['body']['credentials'], { kind: 'password' }>

/** Before they are stored: what does not work now would only be found out by the next build. */
async function tried(prefix: string, given: Given, ask: AskRepository, signal: AbortSignal): Promise<Made> {
  const { tryUrl, ...credentials } = given
  const { refusal } = await ask({ url: tryUrl ?? prefix, repository: credentials }, signal)
  if (refusal?.fault === 'missing' && !tryUrl) throw noneToTry(prefix)
  if (refusal) throw refused(refusal)
  return { credentials }
}

/** The forge does not know it yet, so it is not let in; but which host answers is known from here on. */
async function newDeployKey(prefix: string, ask: AskRepository, signal: AbortSignal): Promise<Made> {
  const { privateKey, publicKey } = makeDeployKey('berth')
  const fresh = { kind: 'deploy-key' as const, privateKey }
  const { hostKeys, refusal } = await ask({ url: prefix, repository: { ...fresh, hostKeys: null } }, signal)
  if (!hostKeys) throw refused(refusal ?? noHostKey(prefix))
  return { credentials: { ...fresh, hostKeys }, publicKey }
}

const withoutPins = (credentials: RepositoryCredentials): RepositoryCredentials =>
  credentials.kind === 'deploy-key' ? { ...credentials, hostKeys: null } : credentials

function checkFit(prefix: string, kind: RepositoryCredentials['kind']): void {
  const { transport, origin } = placeOf(prefix)
  if ((transport === 'ssh') === (kind === 'deploy-key')) return
  throw new PlatformError(
    'invalid_request',
    kind === 'deploy-key'
      ? `A deploy key is for repositories that are reached over SSH; ${origin} is not`
      : `A user and a password are for repositories over https:// or http://; ${origin} is reached over SSH`,
    { hint: kind === 'deploy-key' ? 'Use ssh://<host>/' : 'Use https://<host>, or have a deploy key made' },
  )
}

const noneToTry = (prefix: string) =>
  new PlatformError('repository_refused', `${prefix} is no repository, so the credentials cannot be tried on it`, {
    hint: 'Name a repository to try them on: --try <url>',
  })

const noHostKey = (prefix: string) => ({
  fault: 'unreachable' as const,
  message: `No SSH server answers at ${placeOf(prefix).origin}`,
  hint: 'Check the host and the port',
})

function refused({ fault, message, hint }: NonNullable<RepositoryAnswer['refusal']>): PlatformError {
  const code = fault === 'unreachable' ? 'repository_unreachable' : 'repository_refused'
  return new PlatformError(code, message, { hint: hint ?? undefined })
}

function viewRepository({ id, prefix, project, createdBy, createdAtMs, ...row }: RepositoryRow): Repository {
  const credentials =
    row.kind === 'password'
      ? { kind: 'password' as const, username: row.username ?? '' }
      : {
          kind: 'deploy-key' as const,
          publicKey: row.publicKey ?? '',
          hostKeys: fingerprintsOf(row.hostKeys ?? ''),
        }
  return { id, prefix, project, credentials, createdBy, createdAt: new Date(createdAtMs).toISOString() }
}
