import type { AnyEndpoint } from '@berth/contract'
import type { EndpointHandler } from './endpoint-handler.ts'

/** Throws unless each declared endpoint has exactly one handler and there is none for anything else. */
export function checkHandlers(declared: readonly AnyEndpoint[], handlers: readonly EndpointHandler[]): void {
  const handled = handlers.map(({ endpoint }) => endpoint)
  const problems = [
    ...declared.filter((endpoint) => !handled.includes(endpoint)).map((it) => `${nameOf(it)} has no handler`),
    ...handled.filter((endpoint) => !declared.includes(endpoint)).map((it) => `${nameOf(it)} is not declared`),
    ...handled.filter((endpoint, at) => handled.indexOf(endpoint) !== at).map((it) => `${nameOf(it)} has two handlers`),
  ]
  if (problems.length > 0) throw new Error(problems.join('; '))
}

const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`
