import { z } from 'zod'
import { type AccessSubject, type AnyEndpoint, accessLevels } from './endpoint.ts'
import { type ErrorCode, errorCodes, errorStatus, Problem } from './errors.ts'

type Json = { [key: string]: unknown }

/** OpenAPI 3.1 of the endpoints: what a tool that knows nothing of this package needs to call them. */
export function openApiDocument(endpoints: readonly AnyEndpoint[], { version }: { version: string }) {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Berth', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token of Berth' } },
      schemas: { Problem: jsonSchema(Problem, 'output') },
    },
  }
}

function operation(endpoint: AnyEndpoint): Json {
  const { access, summary, body, upload, readsBytes } = endpoint
  return {
    operationId: operationId(endpoint),
    summary,
    description: describeAccess(endpoint),
    ...(access === 'anyone' ? { security: [] } : {}),
    parameters: [...parameters('path', endpoint.params), ...parameters('query', endpoint.query)],
    ...(body ? { requestBody: { required: true, content: json(jsonSchema(body, 'input')) } } : {}),
    ...(upload ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } } : {}),
    ...(readsBytes ? { requestBody: { required: true, content: { '*/*': {} } } } : {}),
    responses: { 200: result(endpoint), ...problems(endpoint) },
  }
}

/** `POST /v1/apps/:app/scale` -> `postAppsByAppScale`. */
export function operationId({ method, path }: Pick<AnyEndpoint, 'method' | 'path'>): string {
  const words = path
    .replace(/^\/v\d+/, '')
    .split(/[^A-Za-z0-9:]+/)
    .filter(Boolean)
    .map((word) => (word.startsWith(':') ? `By${capitalize(word.slice(1))}` : capitalize(word)))
  return `${method.toLowerCase()}${words.join('')}`
}

const capitalize = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`

const subjects: Record<AccessSubject, string> = {
  platform: 'on the platform',
  project: 'on the project',
  app: 'on the app',
  visible: 'on at least one project, and answers with what the caller may see',
}

function describeAccess({ access, on }: Pick<AnyEndpoint, 'access' | 'on'>): string {
  if (access === 'anyone') return 'Needs no sign-in.'
  if (access === 'self') return 'Needs a sign-in.'
  const orMore = access === accessLevels.at(-1) ? '' : ' or more'
  return `Needs the access "${access}"${orMore} ${subjects[on]}.`
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function result({ result, stream }: AnyEndpoint): Json {
  const schema = jsonSchema(result, 'output')
  if (!stream) return { description: 'Done', content: json(schema) }
  return {
    description:
      'Server-sent events, each with one of these as its data. An event named "problem" ends the stream with a Problem.',
    content: { 'text/event-stream': { schema } },
  }
}

const alwaysPossible: readonly ErrorCode[] = ['invalid_request', 'rate_limited', 'internal']
const withSignIn: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'password_change_required']

function problems({ access, errors }: AnyEndpoint): Json {
  const possible = new Set([...errors, ...alwaysPossible, ...(access === 'anyone' ? [] : withSignIn)])
  const byStatus = Map.groupBy(
    errorCodes.filter((code) => possible.has(code)),
    (code) => errorStatus[code],
  )
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

const json = (schema: Json): Json => ({ 'application/json': { schema } })

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}
