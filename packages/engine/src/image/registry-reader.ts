const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** Manifests and configurations are a few kilobytes; a registry that sends more is not believed. */
const maxBytes = 4 * 1024 ** 2

type Options = { base: string; repository: string; fetch: typeof fetch; signal: AbortSignal }

/** Reads JSON from one repository of a registry; gets itself a token where the registry gives one to anybody. */
export function registryReader({ base, repository, fetch: ask, signal }: Options) {
  let authorization: string | undefined

  const request = (url: string) =>
    ask(url, { signal, headers: { accept: manifestTypes, ...(authorization ? { authorization } : {}) } })

  async function authorize(challenge: string) {
    const url = tokenUrl(challenge, base)
    const answer = (await readJson(await ask(url, { signal }))) as { token?: string; access_token?: string }
    authorization = `Bearer ${answer.token ?? answer.access_token}`
  }

  return async (kind: 'manifests' | 'blobs', digest: string): Promise<unknown> => {
    const url = `${base}/v2/${repository}/${kind}/${digest}`
    const answer = await request(url)
    const challenge = answer.headers.get('www-authenticate')
    if (answer.status !== 401 || !challenge || authorization) return readJson(answer)
    await answer.body?.cancel()
    await authorize(challenge)
    return readJson(await request(url))
  }
}

/** Of `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:..."`. */
function tokenUrl(challenge: string, base: string): URL {
  const fields = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const),
  )
  const url = new URL(fields.get('realm') ?? '')
  // A registry must not send this machine elsewhere in the clear.
  if (!/^bearer /i.test(challenge) || (url.protocol !== 'https:' && !base.startsWith('http:'))) {
    throw new Error('The registry asks for something else than a token')
  }
  for (const name of ['service', 'scope']) {
    const value = fields.get(name)
    if (value) url.searchParams.set(name, value)
  }
  return url
}

async function readJson(response: Response): Promise<unknown> {
  if (!response.ok || !response.body) throw new Error(`The registry answers ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error('The registry answers more than a manifest can be')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
