import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BuildSource } from './build.ts'

const read = (url: string, ref?: string) =>
  BuildSource.safeParse({ kind: 'git', url, ...(ref === undefined ? {} : { ref }) })
const wordsOf = (url: string, ref?: string) =>
  read(url, ref)
    .error?.issues.map(({ message }) => message)
    .join('\n') ?? ''

for (const url of [
  'https://github.com/team/shop.git',
  'https://github.com/team/shop',
  'http://192.168.1.20:3000/me/shop.git',
  'http://gitea.local/me/shop.git',
  'http://[fd00::5]:3000/me/shop.git',
  'https://example.org/~me/a%20b.git',
]) {
  test(`${url} is fetched`, () => assert.ok(read(url).success))
}

for (const [url, words] of [
  ['--upload-pack=touch /tmp/x', /space/],
  ['--upload-pack=/tmp/x', /only public repositories over https/],
  ['-c', /only public/],
  ['ext::sh -c id', /space/],
  ['ext::id', /only public/],
  ['fd::17', /only public/],
  ['https::http://example.org/a.git', /only public/],
  ['file:///etc', /only public/],
  ['/var/lib/berth', /only public/],
  ['../shop', /only public/],
  ['git@example.org:team/shop.git', /only public/],
  ['ssh://git@example.org/shop.git', /only public/],
  ['git://example.org/shop.git', /only public/],
  ['HTTPS://example.org/shop.git', /only public/],
  ['https://me:secret@example.org/shop.git', /leave out the user and the password/],
  ['https://me@example.org/shop.git', /leave out the user/],
  ['https://example.org/a b.git', /space/],
  ['https://example.org/a.git\n--upload-pack=x', /space/],
  ['https://example.org/a%0ahost=other.git', /control character/],
  ['https://example.org/\u0000', /control character/],
  ['https://example.org\\@other.org/a.git', /character that no URL has/],
  ['https://example.org/a.git#main', /--ref/],
  ['https://example.org/a.git?service=x', /--ref/],
  ['https://', /no URL/],
  ['', /only public/],
] as const) {
  test(`the repository ${JSON.stringify(url)} is refused, with what to do`, () => {
    assert.match(wordsOf(url), words)
    assert.doesNotMatch(wordsOf(url), /secret/)
  })
}

const url = 'https://example.org/shop.git'

for (const ref of [
  'main',
  'v1.2.3',
  'feature/#12',
  'refs/pull/12/head',
  'release-1.x',
  'a'.repeat(40),
  'x',
  'a@b',
  'lock',
]) {
  test(`${ref} can be the name of a branch, a tag or a commit`, () => assert.ok(read(url, ref).success))
}

for (const ref of [
  ...['--upload-pack=x', '-c', '+main', '/main', '.hidden', 'a..b', 'a//b', 'a/.b', 'main.lock', 'main/', 'main.', ''],
  ...['main:refs/heads/x', '^main', 'main~1', 'a b', 'main\n', 'a\u0000', 'a*', 'a?', 'a[b', 'a\\b', 'main@{1}'],
]) {
  test(`the ref ${JSON.stringify(ref)} is refused`, () => assert.match(wordsOf(url, ref), /branch or a tag/))
}
