import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { BuildEvent } from '@berth/contract'
import { defaultArchiveLimits } from '@berth/source'
import { fetchRepository } from './fetch-repository.ts'
import { RepositoryRefused } from './repository-failure.ts'
import { makeFolder, makeRepository, serve, smartHttp } from './test-repository.ts'

const never = new AbortController().signal
const overFiles = { limits: defaultArchiveLimits, protocols: 'file:http' }

function setUp(t: TestContext) {
  const folder = makeFolder(t)
  const events: BuildEvent[] = []
  const lines: string[] = []
  const listener = {
    emit: async (event: BuildEvent) => void events.push(event),
    buildLog: { add: async (more: readonly string[]) => void lines.push(...more) },
  }
  const fetch = (asked: { url: string; ref?: string }, options = overFiles, signal = never) =>
    fetchRepository(folder, asked, listener, signal, options)
  return {
    folder,
    events,
    lines,
    fetch,
    commits: () => events.flatMap((event) => (event.kind === 'commit' ? event.commit : [])),
  }
}

const refusal = (words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RepositoryRefused, String(error))
  assert.equal(error.failure.code, 'git_failed')
  assert.match(error.failure.message, words)
  return true
}

test('the default branch is fetched where no ref is named, without history and without .git', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ 'old.txt': 'x' })
  const newest = await commit({ 'src/app.js': 'y', run: { link: 'src/app.js' } })
  const { fetch, folder, commits, lines } = setUp(t)
  const tree = await fetch({ url })
  assert.deepEqual(readdirSync(tree).sort(), ['old.txt', 'run', 'src'])
  assert.equal(readFileSync(join(tree, 'run'), 'utf8'), 'y')
  assert.deepEqual(readdirSync(folder), ['source'])
  assert.deepEqual(commits(), [newest])
  assert.ok(lines.length <= 5, lines.join('\n'))
  assert.match(lines.at(-1) ?? '', new RegExp(`^Commit ${newest}: 3 files`))
})

test('a branch, a tag, an annotated tag, and an earlier commit are fetched by name', async (t) => {
  const { commit, git, push, url } = await makeRepository(t)
  const first = await commit({ 'a.txt': '1' })
  await git('tag', 'v1')
  await git('tag', '-a', '-m', 'x', 'v1-signed')
  await push('v1', 'v1-signed')
  const second = await commit({ 'a.txt': '2' })
  const other = await commit({ 'a.txt': '3' }, 'feature/x')
  for (const [ref, expected, text] of [
    ['v1', first, '1'],
    ['v1-signed', first, '1'],
    [first, first, '1'],
    ['main', second, '2'],
    ['refs/heads/main', second, '2'],
    ['feature/x', other, '3'],
  ] as const) {
    const { fetch, commits } = setUp(t)
    assert.equal(readFileSync(join(await fetch({ url, ref }), 'a.txt'), 'utf8'), text, ref)
    assert.deepEqual(commits(), [expected], ref)
  }
})

test('what is not there is told in words', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ a: '' })
  const { url: empty } = await makeRepository(t)
  await assert.rejects(setUp(t).fetch({ url, ref: 'nope' }), refusal(/has no nope/))
  await assert.rejects(setUp(t).fetch({ url, ref: 'a'.repeat(40) }), refusal(/has no aaaa/))
  await assert.rejects(setUp(t).fetch({ url: empty }), refusal(/is empty, or has no default branch/))
})

test('a tag of something that is no commit is refused', async (t) => {
  const { commit, git, push, url } = await makeRepository(t)
  await commit({ a: 'x' })
  await git('tag', 'blob', 'HEAD:a')
  await push('blob')
  await assert.rejects(setUp(t).fetch({ url, ref: 'blob' }), refusal(/blob of the repository .* is no commit/))
})

test('a repository without files is refused', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({})
  await assert.rejects(setUp(t).fetch({ url }), refusal(/holds no files/))
})

for (const [path, link] of [
  ['passwd', '/etc/passwd'],
  ['a/up', '../../x'],
  ['git', '../repository/config'],
] as const) {
  test(`a link to ${link} is refused`, async (t) => {
    const { commit, url } = await makeRepository(t)
    await commit({ [path]: { link }, b: '' })
    await assert.rejects(setUp(t).fetch({ url }), refusal(/a link to .* which is outside of it/))
  })
}

test('links that lead out by way of one another are refused, dangling ones are kept', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ 'x/y/keep': '', gone: { link: 'nothing-here' } })
  const { fetch } = setUp(t)
  assert.equal(readlinkSync(join(await fetch({ url }), 'gone')), 'nothing-here')
  await commit({ deep: { link: 'x/y' }, up: { link: 'deep/../../..' } })
  await assert.rejects(setUp(t).fetch({ url }), refusal(/"up", a link/))
})

test('a .git of the repository’s own is never written', async (t) => {
  const { commit, git, push, makeTree, url } = await makeRepository(t)
  await commit({ a: 'x' })
  const blob = await git('rev-parse', 'HEAD:a')
  for (const name of ['.git', '.GIT', 'git~1']) {
    const inner = await makeTree(`100644 blob ${blob}\tconfig`)
    const commitId = await git('commit-tree', '-m', 'x', await makeTree(`040000 tree ${inner}\t${name}`))
    await push('--force', `${commitId}:refs/heads/smuggled`)
    const { fetch, folder } = setUp(t)
    await assert.rejects(fetch({ url, ref: 'smuggled' }), RepositoryRefused, name)
    assert.ok(!existsSync(join(folder, 'source', name, 'config')), name)
  }
})

test('names that cannot be handled everywhere are refused before anything is written', async (t) => {
  const { commit, git, push, makeTree, url } = await makeRepository(t)
  await commit({ a: 'x' })
  const blob = await git('rev-parse', 'HEAD:a')
  for (const name of ['"a\\nb"', 'a\\b', '"\\377"']) {
    const commitId = await git('commit-tree', '-m', 'x', await makeTree(`100644 blob ${blob}\t${name}`))
    await push('--force', `${commitId}:refs/heads/named`)
    const { fetch, folder } = setUp(t)
    await assert.rejects(fetch({ url, ref: 'named' }), refusal(/whose name/), name)
    assert.deepEqual(readdirSync(join(folder, 'source')), [])
  }
})

test('a tree that unfolds without end is refused while it is listed', async (t) => {
  const { commit, git, push, makeTree, url } = await makeRepository(t)
  await commit({ a: 'x' })
  let inner = `100644 blob ${await git('rev-parse', 'HEAD:a')}\tf`
  // Ten folders in each, ten deep: ten thousand million files in eleven objects.
  for (let depth = 0; depth < 10; depth++) {
    const tree = await makeTree(inner)
    inner = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\td${i}`).join('\n')
  }
  await push(`${await git('commit-tree', '-m', 'x', await makeTree(inner))}:refs/heads/bomb`)
  const { fetch, folder } = setUp(t)
  await assert.rejects(fetch({ url, ref: 'bomb' }), refusal(/more than the 50000 files and folders/))
  assert.deepEqual(readdirSync(join(folder, 'source')), [])
})

test('a file that is larger than what is allowed is never written', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ 'zeros.bin': Buffer.alloc(3 * 1024 ** 2) })
  const { fetch, folder } = setUp(t)
  const limits = { ...defaultArchiveLimits, expandedBytes: 2 * 1024 ** 2 }
  await assert.rejects(fetch({ url }, { ...overFiles, limits }), refusal(/more than the 2 MiB that are allowed/))
  assert.deepEqual(readdirSync(join(folder, 'source')), [])
})

test('submodules stay empty, and that is told', async (t) => {
  const { commit, git, url } = await makeRepository(t)
  const id = await commit({ '.gitmodules': '[submodule "x"]\n path = x\n url = --upload-pack=touch\n' })
  await git('update-index', '--add', '--cacheinfo', `160000,${id},x`)
  await git('commit', '-q', '-m', 'x')
  await git('push', '-q', url.slice('file://'.length), 'HEAD:refs/heads/main')
  const { fetch, lines } = setUp(t)
  assert.deepEqual(readdirSync(join(await fetch({ url }), 'x')), [])
  assert.match(lines.join('\n'), /submodules are not fetched: x is empty/)
})

test('filters and attributes of a repository start no program', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ '.gitattributes': '* filter=lfs diff=x merge=y\n', a: 'pointer' })
  assert.equal(readFileSync(join(await setUp(t).fetch({ url }), 'a'), 'utf8'), 'pointer')
})

test('by default only HTTP is spoken, whatever gets past the schema', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ a: '' })
  const options = { limits: defaultArchiveLimits, protocols: 'http:https' }
  const mark = join(makeFolder(t), 'mark')
  for (const hostile of [url, url.slice('file://'.length), `ext::touch ${mark}`, `--upload-pack=touch ${mark}`]) {
    await assert.rejects(setUp(t).fetch({ url: hostile }, options), RepositoryRefused, hostile)
  }
  await assert.rejects(setUp(t).fetch({ url, ref: `--upload-pack=touch ${mark}` }), RepositoryRefused)
  assert.ok(!existsSync(mark))
})

test('a repository is fetched over smart HTTP, at a branch and at a commit', async (t) => {
  const { commit, root } = await makeRepository(t)
  const first = await commit({ 'a.txt': '1', 'large.bin': randomBytes(300_000) })
  const second = await commit({ 'a.txt': '2' })
  const url = `${await serve(t, smartHttp(root))}/shop.git`
  const options = { limits: defaultArchiveLimits, protocols: 'http:https' }
  for (const [ref, expected, text] of [
    ['main', second, '2'],
    [first, first, '1'],
  ] as const) {
    const { fetch, commits, lines } = setUp(t)
    assert.equal(readFileSync(join(await fetch({ url, ref }, options), 'a.txt'), 'utf8'), text)
    assert.deepEqual(commits(), [expected])
    assert.match(lines.join('\n'), /^Received 29\d\.\d\d KiB$/m)
  }
  await assert.rejects(setUp(t).fetch({ url, ref: 'b'.repeat(40) }), refusal(/has no bbbb/))
  await assert.rejects(
    setUp(t).fetch({ url: url.replace('shop', 'none') }),
    refusal(/no repository at .*, or it is private/),
  )
})

test('what answers otherwise is told apart: private, broken, not git, not there', async (t) => {
  const status = (code: number) =>
    serve(t, (_request, response) => void response.writeHead(code).end('<!doctype html>\n<p>Hello</p>\n'))
  const closed = await serve(t, (request) => void request.socket.destroy())
  for (const [url, words] of [
    [await status(401), /no repository at .*, or it is private/],
    [await status(403), /or it is private/],
    [await status(404), /or it is private/],
    [await status(503), /cannot be reached/],
    [await status(200), /is no repository that can be fetched/],
    [closed, /cannot be reached/],
    ['http://127.0.0.1:1', /cannot be reached/],
    ['http://no-such-name.invalid', /cannot be reached/],
  ] as const) {
    await assert.rejects(setUp(t).fetch({ url: `${url}/shop.git` }), refusal(words), url)
  }
})

test('a server cannot send on to what is not HTTP', async (t) => {
  const { commit, url } = await makeRepository(t)
  await commit({ a: '' })
  const server = await serve(t, (_request, response) => void response.writeHead(302, { location: url }).end())
  const options = { limits: defaultArchiveLimits, protocols: 'http:https' }
  await assert.rejects(setUp(t).fetch({ url: `${server}/shop.git` }, options), RepositoryRefused)
})

test('what is larger than allowed ends while it comes in', async (t) => {
  const { commit, root } = await makeRepository(t)
  await commit({ 'large.bin': randomBytes(2 * 1024 ** 2) })
  const backend = smartHttp(root)
  let posts = 0
  const url = await serve(t, (request, response) => {
    // The first lists refs, the second fetches. Its end never comes, so only the limit can end it.
    if (request.method === 'POST' && posts++ > 0) stallAtEnd(response)
    backend(request, response)
  })
  const limits = { ...defaultArchiveLimits, expandedBytes: 1024 ** 2 }
  await assert.rejects(
    setUp(t).fetch({ url: `${url}/shop.git` }, { ...overFiles, limits }),
    refusal(/more than the 1 MiB/),
  )
})

test('a cancelled fetch ends all that it started', async (t) => {
  const [stop, arrived] = [new AbortController(), Promise.withResolvers<Socket>()]
  const url = await serve(t, (request) => arrived.resolve(request.socket))
  const fetched = setUp(t).fetch({ url: `${url}/shop.git` }, overFiles, stop.signal)
  const socket = await arrived.promise
  const closed = once(socket, 'close')
  stop.abort(new Error('Cancelled'))
  await assert.rejects(fetched, /Cancelled/)
  // It is the program that git started which held this.
  await closed
})

function stallAtEnd(response: ServerResponse): void {
  response.end = () => response
}
