import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BuildSource } from './build.ts'
import { canonicalUrl, isBelow } from './repository-url.ts'

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
  'git@example.org:team/shop.git',
  'example.org:shop.git',
  'ssh://git@example.org/team/shop.git',
  'ssh://git@[fd00::5]:2222/~ann/shop.git',
]) {
  test(`${url} is fetched`, () => assert.ok(read(url).success))
}

for (const [url, words] of [
  ['--upload-pack=touch /tmp/x', /space/],
  ['--upload-pack=/tmp/x', /its URL for cloning/],
  ['-c', /its URL for cloning/],
  ['ext::sh -c id', /space/],
  ['ext::id', /its URL for cloning/],
  ['fd::17', /its URL for cloning/],
  ['https::http://example.org/a.git', /its URL for cloning/],
  ['file:///etc', /its URL for cloning/],
  ['/var/lib/berth', /its URL for cloning/],
  ['../shop', /its URL for cloning/],
  ['git@-oProxyCommand=x:team/shop.git', /its URL for cloning/],
  ['-oProxyCommand=x@example.org:shop.git', /its URL for cloning/],
  ['git@example.org:-x', /its URL for cloning/],
  ['git@example.org:../other/shop.git', /its URL for cloning/],
  ['ssh://-oProxyCommand=x/shop.git', /its URL for cloning/],
  ['ssh://git@example.org/-x', /its URL for cloning/],
  ['ssh://git@example.org', /its URL for cloning/],
  ['ssh://git@example.org/team/../other.git', /its URL for cloning/],
  ['ssh://git@example.org/$(id).git', /its URL for cloning/],
  ["ssh://git@example.org/a';id", /its URL for cloning/],
  ['ssh://git:secret@example.org/shop.git', /leave out the password/],
  ['git://example.org/shop.git', /its URL for cloning/],
  ['HTTPS://example.org/shop.git', /its URL for cloning/],
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
  ['', /its URL for cloning/],
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

for (const [written, canonical] of [
  ['https://Example.org/team/shop.git/', 'https://example.org/team/shop'],
  ['https://example.org:443/team/../shop', 'https://example.org/shop'],
  ['http://example.org:3000', 'http://example.org:3000'],
  ['git@example.org:team/shop.git', 'ssh://example.org/team/shop'],
  ['ssh://git@Example.org:22/team/shop.git', 'ssh://example.org/team/shop'],
  ['ssh://git@[fd00::5]:2222/shop.git', 'ssh://[fd00::5]:2222/shop'],
] as const) {
  test(`${written} stands for ${canonical}`, () => assert.equal(canonicalUrl(written), canonical))
}

test('a prefix covers what lies below it, on the same host and over the same protocol', () => {
  const team = 'https://example.org/team'
  for (const url of ['https://example.org/team/shop.git', 'https://example.org/team', 'https://example.org/team/a/b']) {
    assert.ok(isBelow(url, team), url)
  }
  for (const url of [
    'https://example.org/teams/shop.git',
    'https://example.org/team/../other/shop.git',
    'https://example.org/team/%2e%2e%2fother/shop.git',
    'http://example.org/team/shop.git',
    'https://example.org:8443/team/shop.git',
    'https://example.org.evil.org/team/shop.git',
    'git@example.org:team/shop.git',
  ]) {
    assert.ok(!isBelow(url, team), url)
  }
  assert.ok(isBelow('git@example.org:team/shop.git', 'ssh://example.org/team/shop.git'))
  assert.ok(isBelow('https://example.org/x.git', 'https://example.org'))
})
