import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoints } from './endpoints.ts'
import { openApiDocument, operationId } from './openapi.ts'

const document = openApiDocument(endpoints, { version: '1.2.3' })

type Operation = {
  operationId: string
  description: string
  security?: unknown[]
  parameters: { name: string; in: string; required: boolean }[]
  responses: Record<string, { content: Record<string, unknown> }>
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
)
const find = (id: string) => operations.find(({ operation }) => operation.operationId === id)?.operation

test('is plain JSON with the version that it was asked for', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(document)), document)
  assert.equal(document.openapi, '3.1.0')
  assert.equal(document.info.version, '1.2.3')
})

test('has every endpoint once', () => {
  const declared = endpoints.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  assert.deepEqual(documented.toSorted(), declared.toSorted())
})

test('operation ids are unique', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  assert.deepEqual([...new Set(ids)], ids)
  assert.equal(operationId({ method: 'POST', path: '/v1/apps/:app/scale' }), 'postAppsByAppScale')
})

test('declares each variable of a path as a required parameter', () => {
  for (const { path, operation } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const declared = operation.parameters.filter((parameter) => parameter.in === 'path')
    assert.deepEqual(
      declared.map(({ name }) => name),
      inPath,
      path,
    )
    assert.ok(declared.every(({ required }) => required))
  }
})

test('every reference leads somewhere', () => {
  const found = JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)
  const references = [...found].map(([, reference]) => reference)
  assert.ok(references.length > 0)
  for (const reference of references) {
    assert.match(reference ?? '', /^#\//)
    const keys = reference?.slice(2).split('/') ?? []
    let target: unknown = document
    for (const key of keys) target = (target as Record<string, unknown> | undefined)?.[key]
    assert.ok(target, `${reference} leads nowhere`)
  }
})

test('only what is for anyone needs no token', () => {
  assert.deepEqual(document.security, [{ token: [] }])
  const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path)
  assert.deepEqual(
    open.toSorted(),
    endpoints
      .filter(({ access }) => access === 'anyone')
      .map(({ path }) => path.replace(/:(\w+)/g, '{$1}'))
      .toSorted(),
  )
})

test('streams are event streams, and errors are problems under their status', () => {
  const logs = find('getAppsByAppLogs')
  assert.deepEqual(Object.keys(logs?.responses['200']?.content ?? {}), ['text/event-stream'])
  assert.deepEqual(Object.keys(logs?.responses['404']?.content ?? {}), ['application/problem+json'])
  assert.deepEqual(Object.keys(find('getApps')?.responses['200']?.content ?? {}), ['application/json'])
})

test('parameters with a default may be left out', () => {
  const limit = find('getActivity')?.parameters.find(({ name }) => name === 'limit')
  assert.equal(limit?.required, false)
})

test('says which access is needed, and on what', () => {
  assert.equal(find('postSignIn')?.description, 'Needs no sign-in.')
  assert.equal(find('getWhoami')?.description, 'Needs a sign-in.')
  assert.equal(find('postAppsByAppScale')?.description, 'Needs the access "deploy" or more on the app.')
  assert.equal(find('postApps')?.description, 'Needs the access "deploy" or more on the project.')
  assert.equal(find('getUsers')?.description, 'Needs the access "admin" on the platform.')
  assert.match(find('getApps')?.description ?? '', /^Needs the access "read" or more on at least one project, and/)
})
