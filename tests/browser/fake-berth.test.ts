import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AnyEndpoint, createClient, endpoints, PlatformError, signIn, whoAmI } from '@berth/contract'
import { scenarioNames } from '../../packages/dashboard/dev/fake/scenarios.ts'
import { type FakeBerth, type Scenario, startFakeBerth } from '../../packages/dashboard/dev/fake-berth.ts'

let fake: FakeBerth
const faults: string[] = []

before(async () => {
  fake = await startFakeBerth({ scenario: 'one', log: (line) => void faults.push(line) })
})
after(() => fake.stop())

const clientOf = (scenario: Scenario) =>
  createClient({
    baseUrl: fake.url,
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, cookie: `scenario=${scenario}` } }),
  })

const queries: Record<string, object | undefined> = {
  '/v1/images': { name: 'nginx:stable' },
  '/v1/image-analysis': { name: 'nginx:stable' },
  '/v1/machines/:machine/role': { role: 'worker' },
}

function inputOf(endpoint: AnyEndpoint, scenario: Scenario) {
  const world = fake.world(scenario)
  const sample = world.apps.values().next().value
  const known: Record<string, string | undefined> = {
    app: sample?.app.name,
    deploymentId: sample?.deployments[0]?.id,
    project: 'default',
    code: 'KDWX-2MPQ',
    userId: 'me',
    machine: world.machines[0]?.name,
  }
  const names = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const params = Object.fromEntries(names.map((name) => [name, known[name] ?? 'missing']))
  return { params, query: queries[endpoint.path] ?? {} }
}

const reads = endpoints.filter(({ method }) => method === 'GET')

for (const scenario of scenarioNames.filter((name) => name !== 'slow'))
  test(`the fake answers as the contract says (${scenario})`, async () => {
    const client = clientOf(scenario)
    for (const endpoint of reads) {
      const input = inputOf(endpoint, scenario)
      const read = endpoint.stream
        ? firstOf(client.stream(endpoint, input as never))
        : client.call(endpoint, input as never)
      const error = await read.then(
        () => undefined,
        (error) => error,
      )
      if (!error) continue
      assert.ok(error instanceof PlatformError, `${endpoint.path}: ${error}`)
      const isDeclared = [...endpoint.errors, 'unauthenticated', 'forbidden', 'password_change_required'].includes(
        error.code,
      )
      assert.ok(isDeclared, `${endpoint.path}: ${error.code} ${error.message}`)
    }
    assert.deepEqual(faults, [])
  })

async function firstOf(events: AsyncGenerator<unknown>) {
  for await (const event of events) return event
}

test('nobody is known until they have signed in, and not after their session has ended', async () => {
  const client = clientOf('signed-out')
  const isUnknown = (error: PlatformError) => error.code === 'unauthenticated'
  await assert.rejects(client.call(whoAmI, {}), isUnknown)
  await client.call(signIn, { body: { email: 'ada@example.org', password: 'correct horse battery' } })
  assert.equal((await client.call(whoAmI, {})).isAdmin, true)
  fake.expireSessions()
  await assert.rejects(client.call(whoAmI, {}), isUnknown)
})
