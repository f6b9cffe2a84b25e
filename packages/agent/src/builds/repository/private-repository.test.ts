import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { defaultArchiveLimits } from '@berth/source'
import { fetchRepository } from './fetch-repository.ts'
import { RepositoryRefused } from './repository-failure.ts'
import { type Answer, makeFolder, makeRepository, serve, smartHttp } from './test-repository.ts'
import { tryRepository } from './try-repository.ts'

const never = new AbortController().signal
const ann = { kind: 'password', username: 'ann', password: 's3cret/@:' } as const
const basic = `Basic ${Buffer.from(`${ann.username}:${ann.password}`).toString('base64')}`

/** Lets in who shows these credentials, as forges do. */
const onlyAnn =
  (backend: Answer): Answer =>
  (request, response) => {
    if (request.headers.authorization === basic) return backend(request, response)
    response.writeHead(401, { 'www-authenticate': 'Basic realm="forge"' }).end()
  }

async function privateForge(t: TestContext) {
  const { root, commit } = await makeRepository(t)
  await commit({ 'app.js': 'x' })
  return { root, forge: await serve(t, onlyAnn(smartHttp(root))) }
}

async function fetchFrom(t: TestContext, url: string, credentials?: typeof ann) {
  const folder = makeFolder(t)
  const lines: string[] = []
  const listener = {
    emit: async (event: object) => void lines.push(JSON.stringify(event)),
    buildLog: { add: async (more: readonly string[]) => void lines.push(...more) },
  }
  const options = { limits: defaultArchiveLimits, protocols: 'http' }
  const fetched = fetchRepository(folder, { url, credentials }, listener, never, options)
  return { folder, lines, fetched: await fetched.catch((error: unknown) => error) }
}

const wordsOf = (refused: unknown) => {
  assert.ok(refused instanceof RepositoryRefused, String(refused))
  return refused.message
}

test('a private repository is fetched with what is stored for it, of which nothing stays', async (t) => {
  const { forge } = await privateForge(t)
  const { folder, lines, fetched } = await fetchFrom(t, `${forge}/shop.git`, ann)
  assert.equal(fetched, join(folder, 'source'))
  assert.equal(readFileSync(join(folder, 'source/app.js'), 'utf8'), 'x')
  assert.deepEqual(readdirSync(folder), ['source'])
  assert.doesNotMatch(lines.join('\n'), /s3cret|ann/)
})

test('without credentials, and with wrong ones, it is refused in other words', async (t) => {
  const { forge } = await privateForge(t)
  const url = `${forge}/shop.git`
  assert.match(wordsOf((await fetchFrom(t, url)).fetched), /no repository .* or it is private/)
  const wrong = { ...ann, password: 'wrong' }
  const { folder, fetched } = await fetchFrom(t, url, wrong as unknown as typeof ann)
  assert.match(wordsOf(fetched), /does not take the stored user and password/)
  assert.ok(!existsSync(join(folder, 'credentials')))
  assert.match(wordsOf((await fetchFrom(t, `${forge}/other.git`, ann)).fetched), /no repository at/)
})

/** Leads from `/old/` to `to`, before or after it has asked who it is. */
async function forgeThatMoved(t: TestContext, { root, to }: { root: string; to: string }, asksFirst = false) {
  const backend = onlyAnn(smartHttp(root))
  const lead: Answer = (request, response) =>
    void response.writeHead(301, { location: `${to}${request.url?.replace('/old/', '/')}` }).end()
  return serve(t, (request, response) => {
    const isOld = request.url?.startsWith('/old/')
    return (isOld ? (asksFirst ? onlyAnn(lead) : lead) : backend)(request, response)
  })
}

test('a repository that has moved on the same host is followed there, or said to have moved', async (t) => {
  const { root } = await privateForge(t)
  const forge = await forgeThatMoved(t, { root, to: '' })
  assert.match(String((await fetchFrom(t, `${forge}/old/shop.git`, ann)).fetched), /source$/)
  const asking = await forgeThatMoved(t, { root, to: '' }, true)
  assert.match(wordsOf((await fetchFrom(t, `${asking}/old/shop.git`, ann)).fetched), /has moved/)
})

for (const asksFirst of [false, true]) {
  test(`a host that a repository leads to ${asksFirst ? 'once it let one in' : 'at once'} is given no credentials`, async (t) => {
    const { root } = await privateForge(t)
    const seen: (string | undefined)[] = []
    const other = await serve(t, (request, response) => {
      seen.push(request.headers.authorization)
      onlyAnn(smartHttp(root))(request, response)
    })
    const forge = await forgeThatMoved(t, { root, to: other }, asksFirst)
    assert.match(wordsOf((await fetchFrom(t, `${forge}/old/shop.git`, ann)).fetched), /stored/)
    assert.ok(seen.length > 0)
    assert.deepEqual([...new Set(seen)], [undefined])
  })
}

test('a trial tells whether a build would be let in, and leaves nothing', async (t) => {
  const { forge } = await privateForge(t)
  const folder = makeFolder(t)
  const ask = async (url: string, password: string = ann.password) => {
    const repository = { ...ann, password }
    const { refusal } = await tryRepository({ url, repository }, { folder, protocols: 'http' }, never)
    return refusal?.fault
  }
  assert.equal(await ask(`${forge}/shop.git`), undefined)
  assert.equal(await ask(`${forge}/shop.git`, 'wrong'), 'denied')
  assert.equal(await ask(`${forge}/other.git`), 'missing')
  assert.equal(await ask('http://127.0.0.1:1/shop.git'), 'unreachable')
  assert.deepEqual(readdirSync(folder), [])
})
