import { type AnyEndpoint, describeZodError, PlatformError } from '@berth/contract'
import { z } from 'zod'

export type RawRequest = { params: unknown; query: unknown; body: unknown }

const nothing = z.strictObject({})

/** What a handler gets. Everything that is wrong is said at once, and what was not declared is refused. */
export function parseRequest(endpoint: AnyEndpoint, raw: RawRequest): RawRequest {
  const parsed = {
    params: (endpoint.params ?? nothing).safeParse(raw.params ?? {}),
    query: (endpoint.query ?? nothing).safeParse(raw.query ?? {}),
    body: (endpoint.body ?? nothing).safeParse(raw.body ?? {}),
  }
  const problems = Object.values(parsed).flatMap(({ error }) => (error ? [describeZodError(error)] : []))
  if (problems.length > 0) throw new PlatformError('invalid_request', problems.join('; '))
  return { params: parsed.params.data, query: parsed.query.data, body: parsed.body.data }
}
