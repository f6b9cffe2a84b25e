import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { AnyEndpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'

const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`
const names = (isMeant: (endpoint: AnyEndpoint) => unknown) => endpoints.filter(isMeant).map(nameOf).toSorted()
const variables = ({ path }: AnyEndpoint) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)

test('only these answer somebody who is not signed in', () => {
  assert.deepEqual(
    names(({ access }) => access === 'anyone'),
    [
      'GET /healthz',
      'POST /v1/hooks/:hook',
      'POST /v1/invitations/accept',
      'POST /v1/invitations/look',
      'POST /v1/login-requests',
      'POST /v1/login-requests/token',
      'POST /v1/sign-in',
    ],
  )
})

test('what names an app is about that app, and nothing else is', () => {
  const named = names((endpoint) => variables(endpoint).includes('app'))
  assert.deepEqual(
    names(({ on }) => on === 'app'),
    named,
  )
  assert.ok(named.length > 10)
})

test('what names a project in its path is about that project or for an admin of the platform', () => {
  const named = endpoints.filter((endpoint) => variables(endpoint).includes('project'))
  assert.ok(named.length > 0)
  for (const endpoint of named) {
    const isAboutIt = endpoint.on === 'project' || (endpoint.on === 'platform' && endpoint.access === 'admin')
    assert.ok(isAboutIt, nameOf(endpoint))
  }
})

test('what is about a project says which, in its path or in its body', () => {
  for (const endpoint of endpoints.filter(({ on }) => on === 'project')) {
    const fields = (endpoint.body as z.ZodObject | undefined)?.shape ?? {}
    assert.ok(variables(endpoint).includes('project') || Object.hasOwn(fields, 'project'), nameOf(endpoint))
  }
})

test('what must be looked up can be missing', () => {
  for (const endpoint of endpoints) {
    if (endpoint.on === 'app') assert.ok(endpoint.errors.includes('app_not_found'), nameOf(endpoint))
    if (endpoint.on === 'project') assert.ok(endpoint.errors.includes('project_not_found'), nameOf(endpoint))
    const id = variables(endpoint).find((name) => name?.endsWith('Id'))
    if (id)
      assert.ok(
        endpoint.errors.some((code) => code.endsWith('not_found')),
        nameOf(endpoint),
      )
  }
})

test('on the platform there is nothing between reading and being its admin', () => {
  for (const endpoint of endpoints) {
    if (endpoint.on === 'platform') assert.notEqual(endpoint.access, 'deploy', nameOf(endpoint))
    else assert.ok(['read', 'deploy', 'admin'].includes(endpoint.access), nameOf(endpoint))
  }
})

test('only these are streams, and a stream is read and never changes anything', () => {
  const streams = names(({ stream }) => stream)
  assert.deepEqual(streams, [
    'GET /v1/apps/:app/builds/:buildId/events',
    'GET /v1/apps/:app/builds/:buildId/log',
    'GET /v1/apps/:app/deployments/:deploymentId/events',
    'GET /v1/apps/:app/image-analysis',
    'GET /v1/apps/:app/logs',
    'GET /v1/apps/:app/slimmings/:slimmingId/events',
    'GET /v1/image-analysis',
    'GET /v1/live',
    'GET /v1/relocations/:relocationId/events',
    'GET /v1/stats/live',
  ])
})

test('reading has no body, and every path is under the version but the health check', () => {
  for (const endpoint of endpoints) {
    if (endpoint.method === 'GET') assert.equal(endpoint.body, undefined, nameOf(endpoint))
    assert.match(endpoint.path, /^(\/v1(\/[a-z-]+|\/:[a-zA-Z]+)+|\/healthz)$/)
  }
})

test('no secret is in an address, as addresses are written to logs', () => {
  // The code of a login request is shown to be compared; it opens nothing without a session.
  const harmless = (endpoint: AnyEndpoint) => endpoint.path.startsWith('/v1/login-requests/:code')
  for (const endpoint of endpoints) {
    const query = Object.keys((endpoint.query as z.ZodObject | undefined)?.shape ?? {})
    for (const name of [...variables(endpoint), ...query]) {
      const isSecret = /secret|password|^token$|^code$/i.test(name ?? '')
      assert.ok(!isSecret || harmless(endpoint), `${nameOf(endpoint)}: ${name}`)
    }
  }
})

type Schema = { [key: string]: unknown }

/** Where in a schema an object takes fields that nobody declared. */
function looseObjects(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties, additionalProperties } = schema as Schema
  const isLoose = properties !== undefined && additionalProperties !== false
  const inner = Object.entries(schema).flatMap(([key, value]) => looseObjects(value, `${at}/${key}`))
  return isLoose ? [at, ...inner] : inner
}

for (const part of ['params', 'query', 'body', 'result'] as const) {
  test(`nothing undeclared passes in ${part}, however deep`, () => {
    const declared = endpoints.filter((endpoint) => endpoint[part] !== undefined)
    assert.ok(declared.length > 3)
    for (const endpoint of declared) {
      // As input, because as output zod calls every object closed.
      const schema = z.toJSONSchema(endpoint[part], { io: 'input' })
      assert.deepEqual(looseObjects(schema, '#'), [], nameOf(endpoint))
    }
  })
}

test('an object that lets undeclared fields pass would be seen', () => {
  const loose = z.strictObject({ list: z.array(z.object({ name: z.string() })) })
  assert.deepEqual(looseObjects(z.toJSONSchema(loose, { io: 'input' }), '#'), ['#/properties/list/items'])
})

test('each part that comes in refuses a field that it does not know', () => {
  for (const endpoint of endpoints) {
    for (const schema of [endpoint.params, endpoint.query, endpoint.body]) {
      const issues = (schema as z.ZodType | undefined)?.safeParse({ surprise: 1 }).error?.issues
      if (schema)
        assert.ok(
          issues?.some(({ code }) => code === 'unrecognized_keys'),
          nameOf(endpoint),
        )
    }
  }
})
