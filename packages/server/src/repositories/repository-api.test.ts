import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import type { RepositoryAnswer, RepositoryTrial } from '@berth/contract'
import { byToken, startPlatform } from '../gate/test-platform.ts'
import { repositoryApi } from './repository-api.ts'
import { repositoryStore } from './repository-store.ts'

const hostKeys = 'git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n'
const asked: RepositoryTrial[] = []
let answer: RepositoryAnswer = { hostKeys: null, refusal: null }

const platform = await startPlatform(
  { after },
  {
    handlers: (stores) =>
      repositoryApi({
        ...stores,
        repositories: repositoryStore({ ...stores, key: randomBytes(32) }),
        ask: async (trial) => {
          asked.push(trial)
          return answer
        },
      }),
  },
)
const rootId = await platform.addUser({ email: 'root@example.org', isAdmin: true })
const token = await platform.addToken(rootId, {})

async function ask(method: 'GET' | 'POST', url: string, payload?: object) {
  const answered = await platform.ask({ method, url, headers: byToken(token), ...(payload ? { payload } : {}) })
  return answered.json()
}
const refuse = (fault: NonNullable<RepositoryAnswer['refusal']>['fault'], keys: string | null = null) => {
  answer = { hostKeys: keys, refusal: { fault, message: 'Refused', hint: 'Do something' } }
}
const password = { kind: 'password', username: 'ann', password: 's3cret' }
const prefix = 'https://git.example.org/team'

test('credentials are stored once a repository has taken them, and are never told', async () => {
  answer = { hostKeys: null, refusal: null }
  const tryUrl = `${prefix}/shop.git`
  const added = await ask('POST', '/v1/repositories', { prefix, credentials: { ...password, tryUrl } })
  assert.deepEqual(added.credentials, { kind: 'password', username: 'ann' })
  assert.deepEqual(asked.at(-1), { url: tryUrl, repository: password })
  assert.doesNotMatch(JSON.stringify(await ask('GET', '/v1/repositories')), /s3cret/)
})

test('what is not let in is not stored, and a prefix that is no repository needs one to try', async () => {
  const other = { prefix: 'https://other.example.org', credentials: password }
  refuse('denied')
  assert.equal((await ask('POST', '/v1/repositories', other)).code, 'repository_refused')
  refuse('unreachable')
  assert.equal((await ask('POST', '/v1/repositories', other)).code, 'repository_unreachable')
  refuse('missing')
  assert.match((await ask('POST', '/v1/repositories', other)).hint, /--try/)
  const stored: { prefix: string }[] = await ask('GET', '/v1/repositories')
  assert.ok(!stored.some((it) => it.prefix === other.prefix))
})

test('a deploy key is made and the host pinned before the forge knows the key; later only that host is spoken to', async () => {
  refuse('denied', hostKeys)
  const credentials = { kind: 'deploy-key' }
  const added = await ask('POST', '/v1/repositories', { prefix: 'ssh://git.example.org/', credentials })
  assert.match(added.credentials.publicKey, /^ssh-ed25519 \S+ berth$/)
  assert.deepEqual(added.credentials.hostKeys, ['SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'])
  const path = `/v1/repositories/${added.id}/test`
  refuse('changed')
  assert.equal((await ask('POST', path, {})).code, 'repository_refused')
  const last = asked.at(-1)?.repository
  assert.equal(last?.kind === 'deploy-key' ? last.hostKeys : undefined, hostKeys)
  answer = { hostKeys: hostKeys.replace('OMqq', 'OMqr'), refusal: null }
  const accepted = await ask('POST', path, { acceptsHostKey: true })
  assert.notDeepEqual(accepted.credentials.hostKeys, added.credentials.hostKeys)
})

test('a host that no SSH server answers at gets no deploy key', async () => {
  refuse('unreachable')
  const wanted = { prefix: 'ssh://none.example.org/', credentials: { kind: 'deploy-key' } }
  assert.equal((await ask('POST', '/v1/repositories', wanted)).code, 'repository_unreachable')
})

test('a deploy key is for SSH and a password for HTTP', async () => {
  const key = { prefix, credentials: { kind: 'deploy-key' } }
  assert.match((await ask('POST', '/v1/repositories', key)).detail, /reached over SSH; .* is not/)
  const login = { prefix: 'ssh://git.example.org/', credentials: password }
  assert.match((await ask('POST', '/v1/repositories', login)).detail, /is reached over SSH/)
})
