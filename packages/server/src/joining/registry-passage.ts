import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import { pipeline } from 'node:stream/promises'
import { joinRegistryPath, PlatformError } from '@berth/contract'

/** No app can have these names. */
const repository = 'berth(?:-edge)?'
const reference = '(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64})'
const pull = new RegExp(`^/v2/(?:${repository}/(?:manifests/${reference}|blobs/sha256:[0-9a-f]{64}))?$`)

/**
 * The part of the registry's API that a pull of Berth's own images needs, and nothing else: the images of apps are not for who
 * has not joined yet. Undefined for anything else.
 */
export function registryPathOf(method: string | undefined, path: string): string | undefined {
  if ((method !== 'GET' && method !== 'HEAD') || !path.startsWith(`${joinRegistryPath}/`)) return undefined
  const rest = path.slice(joinRegistryPath.length)
  return pull.test(rest) ? rest : undefined
}

const passedOn = ['accept', 'range', 'if-none-match', 'if-range'] as const
const passedBack = [
  ...['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'docker-content-digest'],
  'docker-distribution-api-version',
]
const patienceMs = 60_000

/** Hands the answer of the registry through as it comes, layer by layer, holding nothing of it. */
export async function passToRegistry(
  { registryUrl, path }: { registryUrl: string; path: string },
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const upstream = request(new URL(path, registryUrl), {
    method: asked.method,
    headers: pick(asked.headers, passedOn),
    timeout: patienceMs,
  })
  upstream.once('timeout', () => upstream.destroy(new Error('The registry has gone silent')))
  response.once('close', () => upstream.destroy())
  const answer = await answerOf(upstream)
  response.writeHead(answer.statusCode ?? 502, pick(answer.headers, passedBack))
  await pipeline(answer, response)
}

function answerOf(upstream: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    upstream.once('response', resolve)
    upstream.once('error', (cause) =>
      reject(
        new PlatformError('registry_unreachable', `Berth's registry does not answer: ${cause.message}`, {
          hint: 'See the service berth-registry with `berth status`, then try again',
          cause,
        }),
      ),
    )
    upstream.end()
  })
}

const pick = (headers: IncomingHttpHeaders, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))
