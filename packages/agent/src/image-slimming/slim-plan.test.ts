import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FlatEntry } from './flat-entries.ts'
import { planSlim } from './slim-plan.ts'
import { isTranslatedIn, reasonToLeaveOut } from './slim-rules.ts'

const careful = { isAggressive: false, isTranslated: false }
const bold = { isAggressive: true, isTranslated: false }

const file = (path: string, sizeBytes = 10): FlatEntry => ({ path, kind: 'file', sizeBytes, target: null })
const folder = (path: string): FlatEntry => ({ path, kind: 'folder', sizeBytes: 0, target: null })
const link = (path: string, target: string, kind: 'link' | 'symlink' = 'symlink'): FlatEntry => ({
  ...{ path, kind, sizeBytes: 0, target },
})

const staying = (entries: FlatEntry[], rules = careful) => {
  const { isLeftOut } = planSlim(entries, rules)
  return entries.filter((_, index) => !isLeftOut(index)).map(({ path }) => path)
}

for (const path of [
  'var/lib/apt/lists/deb.debian.org_Packages',
  'var/cache/apt/archives/curl.deb',
  'root/.npm/_cacache/index-v5/1',
  'root/.cache/pip/http/1',
  'app/.git/objects/1',
  'tmp/build.o',
  'var/log/dpkg.log',
  'usr/share/doc/curl/README',
  'usr/share/man/man1/curl.1.gz',
  'usr/share/locale/de/LC_MESSAGES/curl.mo',
]) {
  test(`no program loads ${path}`, () => assert.ok(reasonToLeaveOut(path, careful)))
}

for (const path of [
  'app/downloads/shop.apk',
  'srv/mirror/tool.deb',
  'root/.cache/ms-playwright/chromium/chrome',
  'root/.cache/huggingface/model.bin',
  'app/.yarn/cache/express.zip',
  'root/.m2/repository/a.jar',
  'root/go/pkg/mod/cache/a.zip',
  'app/var/log/app.log',
  'app/tmp/cache',
  'usr/share/doc/curl/copyright',
  'usr/share/locale/locale.alias',
  'usr/bin/gcc',
  'app/node_modules/a/README.md',
  'var/log/nginx/access.log',
  'app/.github/workflows/a.yml',
  'app/.git',
]) {
  test(`${path} stays, as a program may load it, or somebody need it`, () => {
    assert.equal(reasonToLeaveOut(path, careful), undefined)
  })
}

test('what could be loaded is left out only where one asked for it, and downloads of an app never', () => {
  const reason = (path: string) => reasonToLeaveOut(path, bold)
  assert.equal(reason('usr/bin/gcc'), 'build_tools')
  assert.equal(reason('usr/local/include/node/v8.h'), 'build_tools')
  assert.equal(reason('usr/local/include/python3.13/pyconfig.h'), undefined)
  assert.equal(reason('app/node_modules/a/test/a.js'), 'source_maps_and_tests')
  assert.equal(reason('srv/mirror/tool.deb'), undefined)
  assert.equal(reason('usr/share/doc/curl/copyright'), undefined)
})

test('translations stay for a program that may speak another language', () => {
  assert.equal(isTranslatedIn(['PATH=/bin', 'LANG=de_DE.UTF-8']), true)
  for (const lang of ['LANG=C.UTF-8', 'LANG=en_GB.UTF-8', 'LANGUAGE=', 'LC_ALL=POSIX']) {
    assert.equal(isTranslatedIn([lang]), false, lang)
  }
  const rules = { ...careful, isTranslated: true }
  assert.equal(reasonToLeaveOut('usr/share/locale/de/LC_MESSAGES/curl.mo', rules), undefined)
})

test('folders stay where files went, so that a program can write there, but not those of version control', () => {
  const entries = [folder('tmp'), folder('tmp/a'), file('tmp/a/b'), folder('app/.git'), file('app/.git/HEAD')]
  assert.deepEqual(staying(entries), ['tmp', 'tmp/a'])
})

test('a file whose other name stays is kept, since the other name has no bytes of its own', () => {
  const store = 'root/.local/share/pnpm/store/v10/files/1'
  assert.deepEqual(staying([file(store), link('app/node_modules/a.js', store, 'link')]), [
    store,
    'app/node_modules/a.js',
  ])
  assert.deepEqual(staying([file('usr/bin/a'), link('tmp/a', 'usr/bin/a', 'link')]), ['usr/bin/a'])
})

test('what a link that stays points to is kept, along all links that lie between', () => {
  const entries = [
    link('app/current', '../tmp/second'),
    link('tmp/second', '/usr/share/doc/app/third'),
    file('usr/share/doc/app/third'),
    file('usr/share/doc/app/other'),
  ]
  assert.deepEqual(staying(entries), ['app/current', 'tmp/second', 'usr/share/doc/app/third'])
})

test('a folder that is pointed to is kept with all in it, except manuals, which are pointed to out of habit', () => {
  const entries = [
    folder('root/.cache/pip/a'),
    file('root/.cache/pip/a/b'),
    link('app/env', '/root/.cache/pip/a'),
    folder('usr/local/share/man'),
    file('usr/local/share/man/node.1'),
    link('usr/local/man', 'share/man'),
  ]
  assert.deepEqual(
    staying(entries),
    entries.map(({ path }) => path).filter((path) => !path.endsWith('node.1')),
  )
})

test('the plan says what each kind of thing saves, and leaves out what the engine put there', () => {
  const entries = [file('tmp/a', 5), file('usr/share/doc/a', 100), file('app/a', 1000), file('.dockerenv', 0)]
  const { leftOut, flatBytes, isLeftOut } = planSlim(entries, careful)
  assert.deepEqual(
    leftOut.map(({ kind, sizeBytes, files }) => [kind, sizeBytes, files]),
    [
      ['documentation', 100, 1],
      ['logs_and_temporary_files', 5, 1],
    ],
  )
  assert.deepEqual([flatBytes, isLeftOut(2), isLeftOut(3)], [1105, false, true])
})
