import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { spread } from './image-spread.ts'

const log = pino({ level: 'silent' })
const { signal } = new AbortController()
const service = (name: string) => ({ name, imageDigest: `${name}@sha256:1` })
const app = (name: string, isStopped = false) => ({ name, isStopped, activeDeploymentId: name })

/** Each app serves its first release. */
function wanted(...apps: ReturnType<typeof app>[]) {
  const deployments = apps.map(({ name }) => ({ id: name, app: name, releaseVersion: 1, state: 'succeeded' }))
  const releases = apps.map(({ name }) => ({ app: name, version: 1, services: [service(name)] }))
  return async () => ({ apps, deployments, releases }) as never
}

function agentCalled(name: string, pull: (image: string) => void = () => undefined) {
  const pulled: string[] = []
  const call = async (_verb: string, { image }: { image: string }) => {
    pulled.push(image)
    pull(image)
  }
  return { agent: { name, channel: { call } } as unknown as AgentConnection, pulled }
}

test('a machine pulls what serves, once for as long as it is connected, and nothing that is stopped', async () => {
  const one = agentCalled('one')
  const held = new WeakMap<AgentConnection, ReadonlySet<string>>()
  const deps = { agents: { list: () => [one.agent] }, readWanted: wanted(app('shop'), app('old', true)), log }
  await spread(held, deps, signal)
  await spread(held, deps, signal)
  assert.deepEqual(one.pulled, ['shop@sha256:1'])
  await spread(held, { ...deps, readWanted: wanted(app('shop'), app('blog')) }, signal)
  assert.deepEqual(one.pulled, ['shop@sha256:1', 'blog@sha256:1'])
})

test('a machine that comes back is asked again: it may have lost its images', async () => {
  const held = new WeakMap<AgentConnection, ReadonlySet<string>>()
  const [before, after] = [agentCalled('one'), agentCalled('one')]
  const readWanted = wanted(app('shop'))
  await spread(held, { agents: { list: () => [before.agent] }, readWanted, log }, signal)
  await spread(held, { agents: { list: () => [after.agent] }, readWanted, log }, signal)
  assert.deepEqual(after.pulled, ['shop@sha256:1'])
})

test('what could not be pulled is tried again, and keeps no other image and no other machine from it', async () => {
  let isDown = true
  const refuse = (image: string) => {
    if (isDown && image.startsWith('shop')) throw new Error('the registry does not answer')
  }
  const agents = [agentCalled('one', refuse), agentCalled('two')]
  const held = new WeakMap<AgentConnection, ReadonlySet<string>>()
  const deps = {
    agents: { list: () => agents.map(({ agent }) => agent) },
    readWanted: wanted(app('shop'), app('blog')),
    log,
  }
  await spread(held, deps, signal)
  isDown = false
  await spread(held, deps, signal)
  assert.deepEqual(agents[0]?.pulled, ['shop@sha256:1', 'blog@sha256:1', 'shop@sha256:1'])
  assert.deepEqual(agents[1]?.pulled, ['shop@sha256:1', 'blog@sha256:1'])
})
