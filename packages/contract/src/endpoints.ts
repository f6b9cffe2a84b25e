import * as app from './app.ts'
import * as deployment from './deployment.ts'
import type { AnyEndpoint } from './endpoint.ts'
import * as machine from './machine.ts'
import * as system from './system.ts'

const isEndpoint = (value: unknown): value is AnyEndpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value

/** Every declared endpoint: what the server must serve and the gate's test must walk. */
export const endpoints: readonly AnyEndpoint[] = [app, deployment, machine, system].flatMap((module) =>
  Object.values(module).filter(isEndpoint),
)
