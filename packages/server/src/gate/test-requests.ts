import { type AnyEndpoint, endpoints } from '@berth/contract'
import { parseRequest } from '../http/parse-request.ts'
import { password, type Request } from './test-platform.ts'

/** What the walk asks about; the names are in no other project. */
export const subject = { app: 'zebra-shop', project: 'zebra-team' }

const named: Record<string, string> = {
  ...subject,
  code: 'AAAA-AAAA',
  userId: 'no-one',
  deploymentId: 'none',
  machine: 'no-machine',
  buildId: 'none',
  registryId: 'none',
  repositoryId: 'none',
  webhookId: 'none',
  hook: 'none',
  relocationId: 'none',
  slimmingId: 'none',
}

const queries: Record<string, string | undefined> = {
  'GET /v1/images': '?name=nginx:1',
  'GET /v1/image-analysis': '?name=nginx:1',
  'GET /v1/machines/:machine/role': '?role=worker',
}

const wrong = { password: 'not the password' }

/** A body that the schema takes, for each endpoint that has one. */
const bodies: Record<string, object | undefined> = {
  'POST /v1/apps': { name: 'new-app', project: subject.project, image: 'nginx:1' },
  'POST /v1/apps/:app/scale': { replicas: 2 },
  'POST /v1/apps/:app/deployments': { change: { image: 'nginx:2' } },
  'POST /v1/apps/:app/slimmings': {},
  'POST /v1/builds': {
    ...{ app: 'new-app', project: subject.project },
    source: { kind: 'archive', name: 'new-app.zip', sizeBytes: 1 },
  },
  'POST /v1/sign-in': { email: 'nobody@example.org', ...wrong },
  'POST /v1/me/password': { currentPassword: 'not the password', newPassword: 'another password' },
  'POST /v1/me/second-factor': wrong,
  'POST /v1/me/second-factor/confirm': { code: '000000' },
  'POST /v1/me/second-factor/remove': wrong,
  'POST /v1/login-requests': { client: 'berth on laptop' },
  'POST /v1/login-requests/:code/answer': { isApproved: true, access: 'read' },
  'POST /v1/login-requests/token': { secret: 'none' },
  'POST /v1/tokens': { name: 'mine', access: 'read' },
  'POST /v1/machines/join-tokens': { machine: 'worker1' },
  'PUT /v1/machines/:machine/role': { role: 'worker' },
  'POST /v1/registries': { host: 'ghcr.io', username: 'ann', password: 'wrong' },
  'POST /v1/repositories': {
    prefix: 'https://git.example.org',
    credentials: { kind: 'password', username: 'ann', password: 'wrong' },
  },
  'POST /v1/repositories/:repositoryId/test': {},
  'POST /v1/apps/:app/webhooks': { url: 'https://git.example.org/shop.git', branch: 'main' },
  'POST /v1/projects': { name: 'new-project' },
  'PUT /v1/projects/:project/members/:userId': { role: 'reader' },
  'POST /v1/projects/:project/invitations': { email: 'new@example.org', role: 'reader' },
  'POST /v1/invitations': { email: 'new@example.org' },
  'POST /v1/invitations/look': { secret: 'none' },
  'POST /v1/invitations/accept': { secret: 'none', password },
  'PUT /v1/machines/:machine/cordon': { isCordoned: true },
  'PATCH /v1/machines/:machine/labels': { labels: { zone: 'a' } },
  'PATCH /v1/users/:userId': { isBlocked: true },
  'POST /v1/machines/:machine/drain': {},
  'POST /v1/cleanup': { isDryRun: true },
  'PATCH /v1/cluster-settings': { rebalancesByItself: true },
}

export const nameOf = ({ method, path }: Pick<AnyEndpoint, 'method' | 'path'>) => `${method} ${path}`

/** A request that the endpoint's schemas take, so that what refuses it is not they. */
export function requestFor(endpoint: AnyEndpoint, about = subject): Request {
  const params: Record<string, string> = {}
  const path = endpoint.path.replace(/:(\w+)/g, (_, key: string) => {
    params[key] = { ...named, ...about }[key] ?? 'none'
    return params[key]
  })
  const search = queries[nameOf(endpoint)] ?? ''
  const body = bodyFor(endpoint, about)
  parseRequest(endpoint, { params, query: Object.fromEntries(new URLSearchParams(search)), body })
  return { method: endpoint.method, url: `${path}${search}`, ...(body ? { payload: body } : {}) }
}

function bodyFor(endpoint: AnyEndpoint, about: typeof subject) {
  const body = bodies[nameOf(endpoint)]
  if (endpoint.body && !body) throw new Error(`${nameOf(endpoint)} needs a body in test-requests.ts`)
  return body && 'project' in body ? { ...body, project: about.project } : body
}

/** What is listed here and declared nowhere. */
export const leftOver = () => {
  const declared = endpoints.map(nameOf)
  return [...Object.keys(bodies), ...Object.keys(queries)].filter((name) => !declared.includes(name))
}
